"""What the player says, in both languages; the browser is sent the words of the page's."""

from __future__ import annotations

from dlbasic.text import Text

WORDS = {
    "play": Text(ko="재생", en="Play"),
    "pause": Text(ko="일시정지", en="Pause"),
    "step": Text(ko="한 단계", en="Step"),
    "reset": Text(ko="처음으로", en="Reset"),
    "speed": Text(ko="재생 속도", en="Playing speed"),
    "scrub": Text(ko="보여 줄 에포크", en="Epoch shown"),
    "scrubbed": Text(ko="에포크 {epoch}", en="epoch {epoch}"),
    "epoch": Text(ko="에포크(epoch)", en="Epoch"),
    "epochAxis": Text(ko="에포크", en="epoch"),
    "loss1": Text(ko="훈련 손실(loss)", en="Training loss"),
    "loss2": Text(ko="테스트 손실", en="Test loss"),
    "accuracy1": Text(ko="훈련 정확도", en="Training accuracy"),
    "accuracy2": Text(ko="테스트 정확도", en="Test accuracy"),
    "line1": Text(ko="훈련", en="training"),
    "line2": Text(ko="테스트", en="test"),
    "trainPoint": Text(ko="훈련 데이터", en="training data"),
    "testPoint": Text(ko="테스트 데이터", en="test data"),
    "output": Text(ko="신경망의 출력", en="Network output"),
    "probability": Text(ko="‘{name}’일 확률", en="Probability of “{name}”"),
    "sure": Text(ko="색이 선명할수록 예측이 확실합니다", en="Stronger colour: more certain"),
    "near": Text(
        ko="색이 선명할수록 출력이 그 클래스의 번호에 가깝거나, 번호의 범위를 벗어나 있습니다. "
        "확률은 아닙니다.",
        en="Stronger colour: the output is nearer to the class's number, or beyond all numbers. "
        "It is no probability.",
    ),
    "mapAlt": Text(
        ko="입력 평면에 그린 신경망의 출력. 에포크 {epoch}: {numbers}.",
        en="The network's output over the plane of inputs. Epoch {epoch}: {numbers}.",
    ),
    "layersAlt": Text(
        ko="층마다 기울기의 크기를 에포크마다 색으로 그린 그림. 에포크 {epoch}: "
        "첫 번째 은닉층 {first}, 마지막 은닉층 {last}, {numbers}.",
        en="The size of each layer's gradient, epoch by epoch, as colour. "
        "Epoch {epoch}: first hidden layer {first}, last hidden layer {last}, {numbers}.",
    ),
    "curveAlt": Text(
        ko="에포크 {epoch}까지의 손실 곡선: {numbers}.",
        en="Loss curves up to epoch {epoch}: {numbers}.",
    ),
    "untrained": Text(
        ko="초기 가중치입니다. 아직 학습 전입니다.",
        en="Initial weights: nothing learned yet.",
    ),
    "playing": Text(ko="학습 과정을 재생하고 있습니다.", en="Playing the training."),
    "paused": Text(ko="에포크 {epoch}에서 멈췄습니다.", en="Paused at epoch {epoch}."),
    "layerAxis": Text(ko="층 (1은 입력 쪽)", en="layer (1 is next to the inputs)"),
    "gradient": Text(ko="가중 합에 대한 기울기의 크기", en="Gradient norm, weighted sums"),
    "noGradient": Text(ko="정확히 0", en="exactly 0"),
    "waiting": Text(ko="계산 중입니다…", en="Computing…"),
    "lost": Text(
        ko="서버와 연결이 끊겼습니다. 다시 연결되면 이어서 재생합니다.",
        en="The connection to the server is lost. Playing goes on once it is back.",
    ),
}

_TRAINING_LOSS = Text(ko="훈련 손실", en="Training loss")
# What else is said of two networks side by side: a loss and an accuracy for each.
PAIR_WORDS = {
    "loss1": _TRAINING_LOSS,
    "loss2": _TRAINING_LOSS,
    "accuracy1": WORDS["accuracy2"],
    "mapAlt": Text(
        ko="입력 평면에 그린 {name} 신경망의 출력. 에포크 {epoch}: {numbers}.",
        en="The output of the {name} network over the plane of inputs. Epoch {epoch}: {numbers}.",
    ),
}

# What else is said of a network that is drawn.
NETWORK_WORDS = {
    "step": Text(ko="+1 에포크", en="+1 epoch"),
    "batch": Text(ko="+1 배치", en="+1 batch"),
    "newSeed": Text(ko="새 시드", en="New seed"),
    "fastest": Text(ko="최대 속도", en="Fastest"),
    "pausedBetween": Text(
        ko="에포크 {epoch} 다음 배치 {batch}/{batches}에서 멈췄습니다.",
        en="Paused {batch} of {batches} batches after epoch {epoch}.",
    ),
    "stop_loss": Text(
        ko="훈련 손실이 {limit} 이하가 되어 에포크 {epoch}에서 멈췄습니다.",
        en="Stopped at epoch {epoch}: the training loss is at most {limit}.",
    ),
    "stop_accuracy": Text(
        ko="훈련 정확도가 {limit} 이상이 되어 에포크 {epoch}에서 멈췄습니다.",
        en="Stopped at epoch {epoch}: the training accuracy is at least {limit}.",
    ),
    "stop_epoch": Text(
        ko="정해 둔 에포크 {limit}에 이르러 멈췄습니다.",
        en="Stopped at epoch {limit}, as set.",
    ),
    "endMark": Text(ko="끝", en="end"),
    "curveRead": Text(
        ko="에포크 {epoch}: 훈련 {loss1}, 테스트 {loss2}",
        en="Epoch {epoch}: training {loss1}, test {loss2}",
    ),
    "networkAlt": Text(
        ko="신경망 그림. 입력 특성 {features}개, 은닉층의 유닛 수 {units}, 그리고 출력. "
        "화살표 키로 옮겨 다니고 엔터 키로 고릅니다.",
        en="Drawing of the network. Input features: {features}; units in the hidden layers: "
        "{units}; and the output. Arrow keys move, Enter chooses.",
    ),
    "featureName": Text(ko="입력 특성 {name}", en="Input feature {name}"),
    "unitName": Text(ko="은닉층 {layer}의 유닛 {unit}", en="Hidden layer {layer}, unit {unit}"),
    "unitAlt": Text(
        ko="입력 평면에 그린 {unit}의 값. 에포크 {epoch}: {numbers}.",
        en="{unit} over the plane of inputs. Epoch {epoch}: {numbers}.",
    ),
    "classColour": Text(
        ko="높을수록 이 클래스의 색이 짙습니다",
        en="the higher, the stronger its class's own colour",
    ),
    "layerName": Text(ko="은닉층 {layer}", en="Hidden layer {layer}"),
    "functionOf": Text(
        ko="은닉층 {layer}의 활성화 함수", en="Activation function of hidden layer {layer}"
    ),
    "features": Text(ko="특성", en="Features"),
    "layers": Text(ko="은닉층", en="Hidden layers"),
    "lessLayers": Text(ko="은닉층 하나 빼기", en="Take away a hidden layer"),
    "moreLayers": Text(ko="은닉층 하나 더하기", en="Add a hidden layer"),
    "lessUnits": Text(
        ko="은닉층 {layer}의 유닛 하나 빼기", en="Take away a unit of hidden layer {layer}"
    ),
    "moreUnits": Text(
        ko="은닉층 {layer}에 유닛 하나 더하기", en="Add a unit to hidden layer {layer}"
    ),
    "outputHead": Text(ko="출력", en="Output"),
    "neuron": Text(ko="유닛의 값", en="A unit's value"),
    "weight": Text(ko="가중치", en="Weight"),
    "weights": Text(ko="가중치", en="Weights"),
    "bias": Text(ko="편향", en="Bias"),
    "positive": Text(ko="양수", en="positive"),
    "negative": Text(ko="음수", en="negative"),
    "deadMark": Text(ko="죽음", en="dead"),
    "vanishedMark": Text(ko="소멸", en="vanished"),
    "close": Text(ko="닫기", en="Close"),
    "others": Text(ko="…(나머지 {count}개)", en="… ({count} more)"),
    "gradients": Text(ko="층별 기울기의 크기", en="Gradient norm of each layer"),
    "confusion": Text(ko="혼동 행렬", en="Confusion matrix"),
    "trueAndPredicted": Text(ko="정답 ↓ 예측 →", en="true ↓ predicted →"),
    "deadUnits": Text(ko="죽은 유닛", en="Dead units"),
    "deadOf": Text(ko="{units}개 가운데 {dead}개", en="{dead} of {units}"),
    "tooMany": Text(
        ko="직접 바꾼 가중치는 링크 하나에 {count}개까지 담을 수 있어서, 더는 바꿀 수 없습니다.",
        en="A link holds at most {count} weights set by hand, so no more can be set.",
    ),
    # What a quantity is.
    "epochMean": Text(
        ko="훈련 데이터 전체를 한 번 학습하면 1에포크입니다.",
        en="One epoch is one pass of training through all the training data.",
    ),
    "loss1Mean": Text(
        ko="훈련 데이터에서 예측이 정답과 얼마나 다른지를 나타내는 손실의 평균입니다. 학습은 이 "
        "값을, 규제가 있으면 규제를 더한 값을 줄이려고 합니다.",
        en="The mean loss on the training data: how far predictions are from their targets. "
        "Training tries to make it smaller, together with the penalties if there are any.",
    ),
    "loss2Mean": Text(
        ko="학습에 쓰지 않은 테스트 데이터에서의 평균 손실입니다. 훈련 손실보다 훨씬 크면 "
        "과적합(overfitting)일 수 있습니다.",
        en="The mean loss on the test data, which training never sees; far above the training loss "
        "it may mean overfitting.",
    ),
    "accuracy1Mean": Text(
        ko="훈련 데이터 가운데 클래스를 옳게 예측한 비율입니다.",
        en="The share of the training data whose class is predicted right.",
    ),
    "accuracy2Mean": Text(
        ko="학습에 쓰지 않은 테스트 데이터 가운데 클래스를 옳게 예측한 비율입니다.",
        en="The share of the test data, which training never sees, whose class is predicted right.",
    ),
    "featuresMean": Text(
        ko="신경망에 주는 값으로, 좌표 x₁과 x₂에서 계산합니다. 눌러서 넣고 뺄 수 있습니다.",
        en="What the network is given, computed from the coordinates x₁ and x₂. Press one to put "
        "it in or take it out.",
    ),
    "layersMean": Text(
        ko="입력과 출력 사이에 있는 층의 수입니다. 층마다 유닛이 앞 층의 값을 섞습니다.",
        en="How many layers stand between inputs and output; the units of each mix the values of "
        "the layer before.",
    ),
    "outputMean": Text(
        ko="신경망이 내놓는 값입니다. 분류에서는 클래스의 확률, 회귀에서는 예측값입니다.",
        en="What the network gives: the probability of a class or, in regression, the predicted "
        "value.",
    ),
    "neuronMean": Text(
        ko="작은 지도는 입력 평면의 각 점에서 그 유닛이나 입력 특성이 내는 값입니다. 주황은 음수, "
        "파랑은 양수이고, −1보다 작은 값은 −1과, 1보다 큰 값은 1과 같은 색입니다. 분류에서 출력의 "
        "지도만 확률을 클래스의 색으로 나타냅니다.",
        en="Each small map is the value of a unit or an input feature at every point of the input "
        "plane: orange is negative, blue positive; values below −1 look like −1, those above 1 "
        "like 1. Only the outputs of a classification show probabilities, in the classes' colours.",
    ),
    "weightMean": Text(
        ko="앞 층의 값에 곱하는 수입니다. 선이 굵을수록 절댓값이 크고, 파란 실선은 양수, 주황 "
        "점선은 음수입니다.",
        en="The number that a value of the layer before is multiplied by: the wider the line, the "
        "larger its absolute value; solid blue if positive, dashed orange if negative.",
    ),
    "biasMean": Text(
        ko="가중 합에 더하는 수입니다. 유닛 모서리의 삼각형이 위를 향하면 양수, 아래를 향하면 "
        "음수이고, 클수록 크기가 큽니다.",
        en="The number that is added to the weighted sum: the triangle at a unit's corner points "
        "up if it is positive, down if negative; the larger it is, the larger the triangle.",
    ),
    "gradientMean": Text(
        ko="|∇|는 평균 손실을 이 층의 가중치로 미분한 기울기의 크기를 10의 거듭제곱으로 반올림한 "
        "것입니다. 규제가 없는 SGD에서는 작을수록 이 층의 가중치가 적게 바뀝니다.",
        en="|∇| is the size of the mean loss's gradient with respect to this layer's weights, "
        "rounded to a power of ten; with SGD and no penalty, the smaller it is, the less this "
        "layer's weights change.",
    ),
    "vanishedMean": Text(
        ko="▾ 기울기 소멸: 이 층의 기울기가 0이거나 출력층의 백만분의 일보다 작습니다. "
        "규제가 없는 SGD에서는 이 층의 가중치가 거의 바뀌지 않습니다.",
        en="▾ Vanishing gradient: this layer's gradient is 0 or less than a millionth of the "
        "output layer's, so with SGD and no penalty its weights hardly change.",
    ),
    "deadLayerMean": Text(
        ko="이 층의 유닛이 모두 죽어서 이 층과 앞 층에 기울기가 전달되지 않습니다.",
        en="All units of this layer are dead: no gradient gets to it or to the layers before it.",
    ),
    "deadMean": Text(
        ko="모든 훈련 데이터에서 미분값이 0이어서 지금 기울기를 받지 못하는 유닛입니다. 그림에 ✕와 "
        "‘죽음’으로 표시됩니다.",
        en="Units whose slope is 0 on all the training data, so that they get no gradient "
        "now; in the drawing they are crossed out and marked “dead”.",
    ),
    "confusionMean": Text(
        ko="혼동 행렬(confusion matrix)은 각 클래스의 데이터를 어느 클래스로 예측했는지 센 "
        "표입니다. 대각선이 옳은 예측입니다.",
        en="How many of each class's data were predicted to be of each class; right predictions "
        "are on the diagonal.",
    ),
    "setMean": Text(
        ko="값을 바꾸고 엔터 키를 누르면 지금 보이는 곳부터 바뀐 값으로 학습합니다.",
        en="Change a value and press Enter: training goes on with it from what is shown.",
    ),
    "sigmoidMean": Text(
        ko="ŷ는 가중 합에 시그모이드(σ)를 적용한 값으로, ‘{name}’일 확률입니다.",
        en="ŷ is the sigmoid (σ) of the weighted sum: the probability of “{name}”.",
    ),
    "softmaxMean": Text(
        ko="모든 클래스의 점수(logit) z에 소프트맥스(softmax)를 적용하면 확률이 됩니다.",
        en="Softmax turns the scores (logits) z of all classes into probabilities.",
    ),
    "featureMean": Text(
        ko="입력 특성은 좌표에서 바로 계산하므로 학습하지 않습니다.",
        en="An input feature is computed from the coordinates and learns nothing.",
    ),
}

// A file that the reader opens, or drops on the button: its bytes go to the server, and no more of
// them than it takes to see that they are too many.

export default function mount({ parentElement, data, setTriggerValue }) {
  const label = parentElement.querySelector("label");
  const input = label.querySelector("input");
  label.querySelector("span").textContent = data.label;

  function read([file]) {
    if (!file) return;
    const reader = new FileReader();
    reader.onload = () => setTriggerValue("file", reader.result);
    reader.readAsDataURL(file.slice(0, data.most));
  }

  input.onchange = () => {
    read(input.files);
    input.value = ""; // the same file can be opened again
  };
  input.onkeydown = (event) => {
    if (event.key !== "Enter") return; // else the space bar alone would do in Chromium
    event.preventDefault();
    input.click();
  };
  label.ondragover = (event) => event.preventDefault(); // else the browser shows the file itself
  label.ondrop = (event) => {
    event.preventDefault();
    read(event.dataTransfer.files);
  };
}

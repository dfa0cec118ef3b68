// What `npm run lint` checks in the JavaScript; see package.json.
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import globals from "globals";

export default defineConfig([
  globalIgnores([".venv/", "test-results/"]),
  js.configs.recommended,
  {
    rules: {
      "eqeqeq": "error",
      "max-lines": ["error", 400],
      "no-shadow": "error",
      "no-unused-expressions": "error",
      "no-use-before-define": ["error", { functions: false }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["static/**"], languageOptions: { globals: globals.browser } },
]);

import tseslint from "typescript-eslint";

/**
 * The rooms of components/ and what each may not know; CONTRIBUTING.md draws the same as an arrow. A type is an import, too:
 * whoever needs a type of another room's depends on that room.
 */
const UNKNOWN_TO = {
  config: ["plan", "providers", "resources", "render", "database", "probes"],
  plan: ["providers", "resources", "render", "database", "probes"],
  render: ["plan", "providers", "resources", "database", "probes"],
  database: ["plan", "providers", "resources", "render", "probes"],
  probes: ["plan", "providers", "resources", "render", "database"],
  providers: ["resources"],
  resources: ["render", "database", "probes"],
};

const boundary = (files, rooms, message) => ({
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: [{ regex: `^(\\.\\./)+(components/)?(${rooms.join("|")})(/|$)`, message }] },
    ],
  },
});

const boundaries = [
  ...Object.entries(UNKNOWN_TO).map(([room, others]) =>
    boundary(
      [`components/${room}/**/*.ts`],
      [...others, "cli", "rehearsal"],
      `components/${room} knows nothing of this room; see the arrow in CONTRIBUTING.md.`,
    ),
  ),
  boundary(["components/*.ts"], ["cli", "rehearsal"], "components/ knows nothing of its users."),
  boundary(["cli/**/*.ts"], ["rehearsal", "test", "bench"], "Commands ship; these do not."),
  boundary(
    ["rehearsal/**/*.ts"],
    // What starts the program is shared: which pulumi is there.
    ["components", "cli/(?!engine/find-pulumi)", "test"],
    "A rehearsal shares no code with what it rehearses.",
  ),
];

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      "coverage/",
      "reports/",
      "rehearsal/felix-hub/frontend/",
      "**/*.mjs",
      "**/*.cjs",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // Builders and fakes in tests answer with the shape that a test needs, awaited or not.
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/require-await": "off",
      // Matchers such as expect.any() are typed as any.
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      // Fakes are laid over one another by proxies that pick methods by name.
      "@typescript-eslint/unbound-method": "off",
    },
  },
  ...boundaries,
);

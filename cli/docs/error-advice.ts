/** What an error's code means, and what to do; `more` leads to a heading of docs/troubleshooting.md or another page. */
export interface Advice {
  means: string;
  do: string;
  more?: string;
}

/** By code. A test holds it against the sources: every code that they raise, and no other. */
export const ERROR_ADVICE: Readonly<Record<string, Advice>> = {
  CHECKOUT_DIFFERS: {
    means: "The checkout whose migrations would run is not the commit that is live; nothing ran.",
    do: "check that commit out, or name the one that you mean.",
    more: "troubleshooting.md#a-migration-failed",
  },
  CONFIG_INVALID: {
    means: "Something in Pulumi.yaml or the stack file is not as it may be; nothing was run.",
    do: "mend each line that is named; the schema in your editor shows what is allowed.",
    more: "troubleshooting.md#the-config-is-not-valid",
  },
  DATABASE_URL_WRONG: {
    means: "The database's address is not one; it was not connected to.",
    do: "copy the external URL from Render's dashboard into DATABASE_URL or the secret databaseUrl.",
  },
  DEPLOY_NOT_FOUND: {
    means: "Render accepted a deploy and lists none that is ours.",
    do: "run the same command again: it looks before it deploys.",
    more: "troubleshooting.md#a-deploy-hangs",
  },
  DEPLOY_NOT_LIVE: {
    means:
      "The build or the start failed; users still see what was live before, unless the message says otherwise.",
    do: "go back, then read the log's last lines, which stand below the message.",
    more: "troubleshooting.md#a-build-or-a-start-failed",
  },
  DEPLOY_TIMEOUT: {
    means: "A deploy of ours has taken longer than `deployTimeout`; it goes on on Render.",
    do: "the same command waits on; a rollback cancels it first.",
    more: "troubleshooting.md#a-deploy-hangs",
  },
  ENGINE_GONE: {
    means: "Pulumi itself was ended, so what it had started stopped before its next write.",
    do: "run the same command again, or go back.",
    more: "troubleshooting.md#the-update-was-killed",
  },
  GATE_FAILED: {
    means: "The phase is live, and a check of its gate says that it is not well.",
    do: "go back, or mend the cause and run the same command again; where the next phase is the cure, name the check in `override`.",
    more: "troubleshooting.md#a-gate-did-not-pass",
  },
  GATE_REFUSED: {
    means: "The rollout may not go on yet: soak, signatures, schedule or metrics; nothing was touched.",
    do: "wait for what is named, or write the line that is named.",
    more: "troubleshooting.md#an-advance-is-refused",
  },
  INTERRUPTED: {
    means: "Ctrl-C, before everything was read; nothing was changed.",
    do: "run it again when you want to know.",
  },
  MIGRATION_COMMAND_FAILED: {
    means: "The migration's command did not end well; what the database has is what it shows.",
    do: "read its last lines, mend the cause, run the same command again.",
    more: "troubleshooting.md#a-migration-failed",
  },
  MIGRATION_TIMEOUT: {
    means: "A migration's job still runs on Render.",
    do: "wait; do not start a second one by hand.",
    more: "troubleshooting.md#a-migration-failed",
  },
  MIGRATIONS_NOT_DONE: {
    means: "The command ended well, and the database does not show what it should have left.",
    do: "put the rest there by hand, or take it back by hand, then run the update again.",
    more: "troubleshooting.md#a-migration-failed",
  },
  MIGRATIONS_UNKNOWN: {
    means: "The database could not be asked, so nothing was changed and no flag went on.",
    do: "`rollout doctor` asks the same source and says what is missing.",
    more: "troubleshooting.md#a-migration-failed",
  },
  NO_CHECKOUT: {
    means: "The migrations run in a checkout of the service's code, and nothing says where that is.",
    do: "clone the service's code, check out the commit that is live, export the variable that is named.",
  },
  NO_CONSENT: {
    means: "A rollback of migrations would lose data, and nobody has accepted that by name.",
    do: "if the loss is accepted, run the command that is printed.",
    more: "troubleshooting.md#a-migration-was-kept-although-it-should-go",
  },
  NO_LIVE_COMMIT: {
    means: "A static site is built again from the commit that is live, and nothing of it is live.",
    do: "deploy it once from Render's dashboard.",
    more: "troubleshooting.md#a-deploy-hangs",
  },
  NO_PULUMI: {
    means: "There is no Pulumi CLI here.",
    do: "install it, or use what works without: `verify`, `status --offline`, `rollback --instructions`.",
    more: "troubleshooting.md#no-pulumi-on-this-machine",
  },
  NO_RENDER_KEY: {
    means: "Neither the stack nor the environment has a key for Render's API.",
    do: "set the secret renderApiKey, or export RENDER_API_KEY.",
    more: "troubleshooting.md#the-key-was-refused-401",
  },
  NO_SSH_ADDRESS: {
    means: "Free plans and static sites have no SSH.",
    do: "set `runner.where` to `render-job` or `local`.",
  },
  NO_STACK: {
    means: "Pulumi is logged in somewhere else, or the stack is new.",
    do: "`pulumi whoami -v` says where it looks; log in where the state lives.",
    more: "troubleshooting.md#pulumis-state-cannot-be-reached",
  },
  NOT_IN_GIT: {
    means: "The stack file of another commit was asked for, and git does not have it.",
    do: "name a revision that `git log --oneline` lists for the file.",
  },
  PHASE_SKIPPED: {
    means: "The stack file names a phase behind the next one.",
    do: "move `phase` on by one, or take over a system that is part-way with `adopt`.",
    more: "troubleshooting.md#an-advance-is-refused",
  },
  RENDER_ANSWER_LOST: {
    means: "A request that changes something was sent, and its answer never came.",
    do: "run the same command again: it looks what came of it, and never sends it twice.",
    more: "troubleshooting.md#no-network-to-render",
  },
  RENDER_KEY_INVALID: {
    means: "The key is not one of Render's: cut off, or with a line break in it.",
    do: "copy it again from Render's account settings.",
    more: "troubleshooting.md#the-key-was-refused-401",
  },
  RENDER_REFUSED: {
    means: "Render answered, and said no.",
    do: "read its words: 401 is the key, 403 its rights, 404 a name, 429 the rate limit.",
    more: "troubleshooting.md#not-allowed-403-a-protected-environment",
  },
  RENDER_TIMEOUT: {
    means: "Render did not answer in time.",
    do: "look at https://status.render.com, then run the same command again.",
    more: "troubleshooting.md#no-network-to-render",
  },
  RENDER_UNREACHABLE: {
    means: "No way to Render from here; nothing was sent.",
    do: "mend the network; `rollback --instructions` works without it.",
    more: "troubleshooting.md#no-network-to-render",
  },
  RENDER_UNREADABLE: {
    means: "Something answered that is not Render: a proxy, a portal, a wrong address.",
    do: "look at what stands between, and at `renderApiUrl`.",
    more: "troubleshooting.md#no-network-to-render",
  },
  RENDER_URL_INVALID: {
    means: "`renderApiUrl` is no address that a key may be sent to.",
    do: "leave it out.",
  },
  ROLLBACK_REFUSED: {
    means:
      "What was asked for is no rollback, or would take the schema away from flags that are on; nothing was changed.",
    do: "the message names the command that is meant.",
    more: "runbook.md#going-back",
  },
  ROLLBACK_UNTRIED: {
    means: "A rollback of the schema could not be tried beforehand; nothing was lost.",
    do: "make the database reachable from here, or accept it in the consent with the words that are named.",
    more: "troubleshooting.md#a-migration-was-kept-although-it-should-go",
  },
  SCHEDULE_SHUT: {
    means: "It is not the hour for an advance; a rollback is always open.",
    do: "wait for the window, or open one night with `scheduleOverride`.",
    more: "troubleshooting.md#an-advance-is-refused",
  },
  SCHEMA_MISSING: {
    means: "A flag needs a migration that the database does not show, so it stayed off.",
    do: "run the update again when the database has it.",
    more: "troubleshooting.md#a-migration-failed",
  },
  SCHEMA_STILL_NEEDED: {
    means:
      "Made invisible for a moment, the schema was missed: the code that is live cannot do without it. Nothing was lost.",
    do: "deploy code that can, then give a new consent; this one is spent.",
    more: "troubleshooting.md#a-migration-was-kept-although-it-should-go",
  },
  SERVICE_AMBIGUOUS: {
    means: "Several services have that name.",
    do: "name the workspace, or the service's id in `serviceIds`.",
    more: "troubleshooting.md#a-service-is-not-found",
  },
  SERVICE_NOT_FOUND: {
    means: "The key sees no service of that name.",
    do: "correct the name, the workspace or the id; or use a key of a member.",
    more: "troubleshooting.md#a-service-is-not-found",
  },
  SERVICE_SUSPENDED: {
    means: "The service is suspended, so no deploy of it would become live.",
    do: "resume it on Render, then run the update again.",
    more: "troubleshooting.md#a-deploy-hangs",
  },
  STACK_FILE_EDIT: {
    means:
      "The stack file is written in a way in which an edit could change more than one line; nothing was written.",
    do: "change the line by hand, then `pulumi preview` and `pulumi up`.",
  },
  STACK_FILE_WRITE: {
    means: "The stack file could not be written; nothing was run.",
    do: "look at its rights and at the disk.",
  },
  STATE_TOO_SLOW: {
    means: "Pulumi did not answer in time.",
    do: "`pulumi whoami -v` says where it looks.",
    more: "troubleshooting.md#pulumis-state-cannot-be-reached",
  },
  TELEGRAM_BOT_REMOVED: {
    means: "The bot may not write to the chat any more.",
    do: "add it to the group again.",
    more: "troubleshooting.md#telegram",
  },
  TELEGRAM_CHAT_MOVED: {
    means: "The group has become a supergroup and has a new id.",
    do: "put the id that is named into `telegram.chatId`.",
    more: "troubleshooting.md#telegram",
  },
  TELEGRAM_CHAT_NOT_FOUND: {
    means: "The bot does not know the chat.",
    do: "check `telegram.chatId` (a group's is negative), and that the bot is a member.",
    more: "troubleshooting.md#telegram",
  },
  TELEGRAM_RATE_LIMITED: {
    means: "The bot has sent too much.",
    do: "wait as long as it says.",
    more: "troubleshooting.md#telegram",
  },
  TELEGRAM_REFUSED: {
    means: "Telegram refused for a reason of its own, which stands there.",
    do: "look the method up in the Bot API.",
    more: "troubleshooting.md#telegram",
  },
  TELEGRAM_TIMED_OUT: {
    means: "No answer from Telegram in time.",
    do: "look at https://telegram.org/status; the rollout needs it only where a gate tests the chat.",
    more: "troubleshooting.md#telegram",
  },
  TELEGRAM_TOKEN_REFUSED: {
    means: "The bot's token is not accepted.",
    do: "get the current one from @BotFather, and set the secret telegramBotToken.",
    more: "troubleshooting.md#telegram",
  },
  TELEGRAM_UNREACHABLE: {
    means: "No way to Telegram from here.",
    do: "mend the network, or look at https://telegram.org/status.",
    more: "troubleshooting.md#telegram",
  },
  TELEGRAM_UNREADABLE: {
    means: "Something answered that is not Telegram.",
    do: "look at what stands between, and at `telegram.apiUrl`.",
    more: "troubleshooting.md#telegram",
  },
  TRIAL_LEFTOVER: {
    means: "A trial of a schema's rollback did not end, and what it had hidden could not be put back.",
    do: "run the update again at once; it does nothing else before that is back.",
    more: "troubleshooting.md#a-migration-failed",
  },
  WORKSPACE_UNKNOWN: {
    means: "The key sees no workspace of that name.",
    do: "set `workspace` to one of those that are named.",
    more: "troubleshooting.md#a-service-is-not-found",
  },
};

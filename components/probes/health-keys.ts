/** Keys whose value is a state, of whatever they stand in. */
export const STATE_KEY =
  /^(status|state|health|health ?status|healthy|ok|okay|alive|live|liveness|ready|readiness|up|available|availability|reachable|connected|connection|success|pass|passed|passing|operational|online|result|outcome|condition)$/;

/** Things that a service depends on; their value is a state, too. */
export const COMPONENT_KEY =
  /^(main |primary |replica |read |write |app |the )?(database|databases|db|sql|postgres|postgresql|pg|mysql|mariadb|sqlite|mongo|mongodb|redis|cache|memcached|valkey|queue|queues|broker|rabbitmq|amqp|kafka|nats|celery|worker|workers|scheduler|storage|s3|bucket|filesystem|disk|search|elasticsearch|opensearch|smtp|mail|email|mailer|telegram|bot|upstream|backend|api|migrations|schema|vault|auth|ldap|dns|network|ping)( (status|state|health|connection|connected|ok|up|healthy|ready|available|reachable|alive|check))?$/;

/** Below these every entry is a thing with a state. */
export const CONTAINER_KEY =
  /^(components|component|checks|check|services|dependencies|deps|subsystems|probes|indicators|systems|contributors|health ?checks)$/;

/** Ill where it is true, or names something. */
export const ILL_IF_TRUE_KEY =
  /^(down|unhealthy|failed|failing|degraded|broken|unavailable|dead|offline|outage)( (services|checks|components|dependencies|probes|systems|instances))?$/;

/** The same where it is counted: how many jobs failed says nothing, how many services are unhealthy does. */
export const ILL_IF_COUNTED_KEY =
  /^((unhealthy|failing)( .*)?|(down|failed|degraded|broken|unavailable) (services|checks|components|dependencies|probes|systems|instances))$/;

/** Yes or no, by a number too: 0 is ill there. Numbers under `ready` or `connected` may count something. */
export const TRUTH_KEY = /^(healthy|ok|okay|up|alive|reachable|operational|success|passed|passing)$/;

/** An HTTP status, or an application's code like one. */
export const CODE_KEY = /^(code|status code|http status|http status code|http code)$/;

/** Where nothing else tells a state, these do. */
export const MESSAGE_KEY = /^(message|msg|detail|details|description|reason|output|info)$/;

/** Whatever stands there, beside "nothing", is what went wrong. */
export const ERROR_KEY =
  /^((has|any|health|check|connection|current|database|db|sql|postgres|redis|cache|queue|broker|storage|api|startup|fatal) )?(error|errors|err|exception|failure|failures|problem|problems|fault|faults)( (message|msg|code|text|detail|details|reason))?$/;

/** Never a state, wherever it stands. */
export const TOLD_KEY =
  /^(time|timestamp|date|at|version|name|id|component ?(id|type)|type|kind|message|msg|output|description|reason|duration.*|total ?duration|took|latency.*|uptime.*|host.*|region|env|environment|mode|level|log ?level|unit|observed.*|previous.*|last.*|since|commit|release|build|branch|links|notes|tags|affected ?endpoints|node.*|pid|total|free|used|threshold|path|url|exists|valid ?until|debug|dry ?run|read ?only|maintenance|maintenance ?mode|paused|slow|enabled|updates?|upgrades?)$/;

export function withPostgresVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv;

const MIN_SECRET_LENGTH = 12;

function required(env, name) {
  const value = env[name];
  if (!value) {
    throw new Error(`${name} is not set`);
  }
  if (value.length < MIN_SECRET_LENGTH) {
    throw new Error(`${name} must have at least ${MIN_SECRET_LENGTH} characters`);
  }
  return value;
}

function readPort(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`PORT must be a number from 1 to 65535, not "${text}"`);
  }
  return port;
}

/** Reads the settings from the environment and fails early where one is missing or malformed. */
export function readConfig(env = process.env) {
  return {
    port: readPort(env.PORT ?? '3000'),
    dataFile: env.DATA_FILE ?? 'data/parcels.json',
    apiKey: required(env, 'API_KEY'),
    scanSecret: required(env, 'SCAN_SECRET'),
  };
}

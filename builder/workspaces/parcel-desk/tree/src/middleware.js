import { createHash, timingSafeEqual } from 'node:crypto';

/** An error that the client may see. */
export class HttpError extends Error {
  constructor(status, code, message) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.code = code;
    this.expose = true;
  }
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameText(left, right) {
  const digest = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

export function requireKey(apiKey) {
  return (req, res, next) => {
    if (!sameText(req.get('x-api-key') ?? '', apiKey)) {
      throw new HttpError(401, 'bad_key', 'A valid x-api-key header is required');
    }
    next();
  };
}

export function notFound(req) {
  throw new HttpError(404, 'no_such_route', `There is no ${req.method} ${req.path}`);
}

// Express recognises an error handler by its four parameters.
export function errorHandler(err, req, res, next) {
  if (res.headersSent) {
    next(err);
    return;
  }
  if (!err.expose) {
    console.error(err);
    res.status(500).json({ error: { code: 'internal', message: 'Something went wrong' } });
    return;
  }
  // Body parser errors carry a type, our own carry a code.
  res.status(err.status).json({ error: { code: err.code ?? err.type, message: err.message } });
}

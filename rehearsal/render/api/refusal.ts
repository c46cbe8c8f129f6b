/** An answer that is no success: status and Render's error body. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Whether the request is none that Render knows, and so has to be recorded. */
    readonly unknownToRender = false,
  ) {
    super(message);
  }
}

export function notFound(id: string): ApiError {
  return new ApiError(404, `not found: ${id}`);
}

namespace EmbeddedAgent;

/// <summary>
/// Refuses what other sites have a reader's browser send. Browsers say where a request comes from, in <c>Sec-Fetch-Site</c> and, older ones, in <c>Origin</c>; a client that is no browser says
/// neither, and acts for nobody else. That other sites can read nothing is the browser's affair as long as no CORS header allows it.
/// </summary>
internal sealed class SameOriginMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || IsFromHere(context.Request)
            ? next(context)
            : TypedResults.Problem("The request comes from another site.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);

    private static bool IsFromHere(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" or "none" => true,
        "" => request.Headers.Origin.ToString() is var origin && (origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}"),
        _ => false,
    };
}

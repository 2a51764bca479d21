using System.Text.Json.Serialization;
using AutoGpt.Sdk;

namespace EmbeddedAgent;

/// <summary>
/// What stands in front of the endpoints: small requests, errors as problem details, nothing from other sites. There are no users here: the app listens on this machine alone, to the names of
/// <c>AllowedHosts</c>. Before it listens elsewhere give it authentication, and the groups of endpoints <c>RequireAuthorization()</c>.
/// </summary>
internal static class WebSetup
{
    public static void AddWeb(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 16 * 1024);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        builder.Services.AddProblemDetails();
        builder.Services.AddValidation();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, AgentJsonContext.Default);
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            json.SerializerOptions.AllowDuplicateProperties = false;
        });
    }

    public static void UseWeb(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // What cannot be read as a request is the sender's fault in every environment.
            StatusCodeSelector = error => error is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePages();
        app.UseMiddleware<SameOriginMiddleware>();
        app.Use((context, next) =>
        {
            // The page in a frame of another site could be made to be clicked: an approval that nobody gave.
            context.Response.Headers.ContentSecurityPolicy =
                "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        app.UseDefaultFiles();
        app.UseStaticFiles();
    }
}

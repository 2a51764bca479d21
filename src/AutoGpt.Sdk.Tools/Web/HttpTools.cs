using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools;

/// <summary>Tools that read from and send to the hosts of a <see cref="NetworkPolicy"/>. They are not among the <see cref="WorkspaceTools"/>: an agent has them where it is given them.</summary>
public static class HttpTools
{
    internal const string Get = "http_get";
    internal const string Send = "http_send";

    /// <summary>
    /// Creates <c>http_get</c>, which reads a text, and <c>http_send</c>, which sends one (POST, PUT, PATCH, DELETE) and therefore asks. Put a <see cref="NetworkGuard"/> with the same policy
    /// in front of the agent. The tools are thread-safe and share their connections.
    /// </summary>
    /// <param name="policy">What may be reached.</param>
    /// <exception cref="ArgumentException">The policy does not make sense; the message says why.</exception>
    public static IReadOnlyList<AIFunction> Create(NetworkPolicy policy)
    {
        NetworkRules rules = new(policy);
        return Create(policy, rules, new NetworkConnector(rules));
    }

    internal static IReadOnlyList<AIFunction> Create(NetworkPolicy policy, NetworkRules rules, NetworkConnector connector)
    {
        WebClient client = new(policy, rules, connector);
        return [new DefinedTool(DefineGet(client, policy)), new DefinedTool(DefineSend(client))];
    }

    private static ToolDefinition DefineGet(WebClient client, NetworkPolicy policy) => new(Get, "Reads the text at a URL: a web page as it is, JSON, CSV and the like.")
    {
        Parameters = [Url()],
        Forms = ["url"],
        ReadOnly = !policy.ReadsNeedApproval,
        Idempotent = true,
        Body = async (arguments, cancellationToken) => await client.SendAsync(HttpMethod.Get, arguments.Text("url"), [], null, cancellationToken).ConfigureAwait(false),
    };

    private static ToolDefinition DefineSend(WebClient client) => new(Send, "Sends a request that may change something at a URL, and gives the text of the answer.")
    {
        Parameters =
        [
            new Parameter("method", "What to do.") { Words = ["POST", "PUT", "PATCH", "DELETE"] },
            Url(),
            new Parameter("headers", "Headers, each as 'Name: value'.") { QuotedAs = "text", Items = (0, 20) },
            new Parameter("body", "The text to send. JSON is sent as application/json, anything else as text/plain, unless a header says otherwise.") { QuotedAs = "text", Reference = true },
        ],
        Forms = ["method url", "method url body", "method url headers", "method url headers body"],
        ReadOnly = false,
        Body = async (arguments, cancellationToken) => await client.SendAsync(
            HttpMethod.Parse(arguments.Text("method")), arguments.Text("url"), arguments.Has("headers") ? arguments.Texts("headers") : [], arguments.OptionalText("body"), cancellationToken).ConfigureAwait(false),
    };

    private static Parameter Url() => new("url", "The URL, beginning with https://.") { QuotedAs = "text", Reference = true };
}

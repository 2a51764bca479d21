using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools.Tests.Web;

/// <summary>The HTTP tools over a small internet: public addresses are one server, all others the canary. Who is public is said here once more, by hand.</summary>
internal sealed class WebBench : IAsyncDisposable
{
    public static readonly IPAddress PublicAddress = IPAddress.Parse("93.184.216.34");

    private readonly IReadOnlyDictionary<string, AIFunction> _tools;

    public WebBench(Func<WebBench, NetworkPolicy> policy, Func<LoopbackServer.Request, byte[]>? answer = null, Func<IPAddress, AddressClass>? classify = null)
    {
        Public = new LoopbackServer(answer ?? (request => LoopbackServer.Text("honest " + request.Target)));
        Canary = new LoopbackServer(_ => LoopbackServer.Text("canary"));
        Policy = policy(this);
        NetworkRules rules = new(Policy);
        NetworkConnector connector = new(rules) { Resolve = ResolveAsync, Dial = DialAsync, Classify = classify ?? AddressClass.Of };
        _tools = HttpTools.Create(Policy, rules, connector).ToDictionary(tool => tool.Name);
    }

    public LoopbackServer Public { get; }

    public LoopbackServer Canary { get; }

    public NetworkPolicy Policy { get; }

    public IReadOnlyCollection<AIFunction> Tools => [.. _tools.Values];

    /// <summary>What the name server answers, the first time, the second …, the last answer for ever. Other names are public.</summary>
    public ConcurrentDictionary<string, Queue<IPAddress[]>> Names { get; } = new();

    public Task<string> GetAsync(string url, CancellationToken cancellationToken = default) => CallAsync("http_get", cancellationToken, ("url", url));

    public async Task<string> CallAsync(string tool, CancellationToken cancellationToken, params (string Name, object? Value)[] arguments) =>
        ((JsonElement)(await _tools[tool].InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(pair => pair.Name, pair => pair.Value)), cancellationToken))!).GetString()!;

    public async ValueTask DisposeAsync()
    {
        await Public.DisposeAsync();
        await Canary.DisposeAsync();
    }

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (host is "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal))
        {
            return Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Loopback]);
        }

        return Task.FromResult(Names.TryGetValue(host, out Queue<IPAddress[]>? answers) ? answers.Count > 1 ? answers.Dequeue() : answers.Peek() : [PublicAddress]);
    }

    // This machine's own addresses are dialled as they are where the port is the canary's; of the others the canary answers, whatever the port.
    private Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken) =>
        IsPublic(address.Address) || address.Port == Public.Port ? Public.ConnectAsync(cancellationToken)
        : IPAddress.IsLoopback(address.Address) && address.Port == Canary.Port ? LoopbackServer.ConnectAsync(address, cancellationToken)
        : Canary.ConnectAsync(cancellationToken);

    // The few public addresses of these tests; everything else is an attack.
    private static bool IsPublic(IPAddress address) => address.ToString() is "93.184.216.34" or "1.1.1.1" or "2606:2800:220:1::1" or "::ffff:93.184.216.34" or "64:ff9b::5db8:d822" or "64:ff9b::93.184.216.34";
}

using System.Net;
using System.Net.Sockets;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Makes the connections of the HTTP tools. A name is resolved once, every address of the answer is checked, and one of those very addresses is dialled: a name
/// server that answers otherwise the next time is not asked a next time. Thread-safe.
/// </summary>
/// <param name="rules">What may be reached.</param>
internal sealed class NetworkConnector(NetworkRules rules)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Finds the addresses of a name. Default: the system's resolver.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Dials an address. Default: TCP.</summary>
    public Func<IPEndPoint, CancellationToken, Task<Stream>> Dial { get; init; } = DialAsync;

    /// <summary>Says what kind of address one is.</summary>
    public Func<IPAddress, AddressClass> Classify { get; init; } = AddressClass.Of;

    /// <summary>Connects to the host of a request; for <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="ToolException">The host, its port or one of its addresses is refused.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        (string host, int port) = (context.DnsEndPoint.Host.Trim('[', ']'), context.DnsEndPoint.Port);
        if (rules.Refusal(context.InitialRequestMessage.RequestUri!.Scheme, host, port) is { } refused)
        {
            throw new ToolException(refused);
        }

        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal) ? [literal] : await Resolve(host, cancellationToken).ConfigureAwait(false);
        foreach (IPAddress address in addresses)
        {
            if (rules.Refusal(host, Classify(address)) is { } refusal)
            {
                throw new ToolException(refusal);
            }
        }

        return await DialFirstAsync(addresses, port, cancellationToken).ConfigureAwait(false);
    }

    // In the resolver's order; one that does not answer must not use up the time of the next.
    private async Task<Stream> DialFirstAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        Exception last = new SocketException((int)SocketError.HostNotFound);
        for (int index = 0; index < addresses.Length; index++)
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (index < addresses.Length - 1)
            {
                patience.CancelAfter(s_patience);
            }

            try
            {
                return await Dial(new IPEndPoint(addresses[index], port), patience.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                last = error is SocketException ? error : new SocketException((int)SocketError.TimedOut);
            }
        }

        throw last;
    }

    private static async Task<Stream> DialAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AutoGpt.Sdk.Tools.Tests.Web;

/// <summary>A plain HTTP/1.1 server on this machine's loopback addresses. It counts every connection, whatever comes over it, and answers as a test says.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.IPv6Any, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Request, byte[]> _answer;
    private readonly Task _accepting;
    private int _connections;

    public LoopbackServer(Func<Request, byte[]> answer)
    {
        _answer = answer;
        _listener.Server.DualMode = true;
        _listener.Start(512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int Connections => Volatile.Read(ref _connections);

    public ConcurrentQueue<Request> Requests { get; } = new();

    public static byte[] Text(string body, string headers = "Content-Type: text/plain; charset=utf-8") => Answer("200 OK", headers, Encoding.UTF8.GetBytes(body));

    public static byte[] Redirect(int status, string location) => Answer(status.ToString(CultureInfo.InvariantCulture) + " Moved", "Location: " + location, []);

    public static byte[] Answer(string status, string headers, byte[] body, int? length = null) =>
        [.. Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {length ?? body.Length}\r\n\r\n")), .. body];

    public Task<Stream> ConnectAsync(CancellationToken cancellationToken) => ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), cancellationToken);

    public static async Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(client);
            }
        }
        catch (Exception error) when (_stop.IsCancellationRequested && error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                byte[] first = new byte[1];
                if (await client.Client.ReceiveAsync(first, SocketFlags.Peek, _stop.Token) == 0 || !char.IsAsciiLetterUpper((char)first[0]))
                {
                    return; // The beginning of TLS: there is nothing to wait for.
                }

                NetworkStream stream = client.GetStream();
                using StreamReader reader = new(stream, Encoding.Latin1);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line && line.Contains(" HTTP/1.1", StringComparison.Ordinal))
                {
                    Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
                    while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
                    {
                        headers[header[..header.IndexOf(':')]] = header[(header.IndexOf(':') + 1)..].Trim();
                    }

                    char[] body = new char[headers.TryGetValue("Content-Length", out string? length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
                    if (body.Length > 0)
                    {
                        await reader.ReadBlockAsync(body, _stop.Token); // With nothing to read it would wait for something.
                    }

                    string[] words = line.Split(' ');
                    Request request = new(words[0], words[1], headers, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)));
                    Requests.Enqueue(request);
                    await stream.WriteAsync(_answer(request), _stop.Token);
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or SocketException or ArgumentOutOfRangeException)
            {
                // Whatever it was, it was counted.
            }
        }
    }

    internal sealed record Request(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);
}

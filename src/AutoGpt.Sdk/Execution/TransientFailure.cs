using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace AutoGpt.Sdk;

/// <summary>Which exceptions of a tool may be gone with the next call: those of a network, of a busy server and of a file that somebody else uses.</summary>
public static class TransientFailure
{
    // ENOSPC and EDQUOT, and what Windows calls a full disk.
    private static readonly HashSet<int> s_diskFull = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>
    /// The default of <see cref="ToolStepExecutorOptions.IsTransient"/>: <see cref="TransientToolException"/>; <see cref="TimeoutException"/>, also inside a cancellation, which is how
    /// <see cref="HttpClient"/> tells of its timeout; <see cref="HttpRequestException"/> with the status 408, 429 or 5xx (but 501 and 505), or without any unless the
    /// certificate or the protocol is at fault; <see cref="SocketException"/> but for errors that stay, such as an unknown host; and a plain <see cref="IOException"/> but for a full disk. Kinds of
    /// it that name a lasting cause (a file or folder that is not there, a path that is too long, an end too early) are not.
    /// </summary>
    /// <param name="error">What the tool threw.</param>
    public static bool IsTransient(Exception error) => error switch
    {
        null => throw new ArgumentNullException(nameof(error)),
        TransientToolException or TimeoutException => true,
        OperationCanceledException => error.InnerException is TimeoutException,
        HttpRequestException { StatusCode: { } status } => IsTransient(status),
        HttpRequestException request => IsTransient(request.HttpRequestError) && !IsLasting(request.InnerException),
        SocketException socket => IsTransient(socket.SocketErrorCode),
        HttpIOException http => IsTransient(http.HttpRequestError),
        IOException when error.GetType() == typeof(IOException) => !s_diskFull.Contains(error.HResult) && !IsLasting(error.InnerException),
        _ => false,
    };

    private static bool IsTransient(HttpStatusCode status) => status switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => true,
        HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported => false,
        _ => (int)status >= 500,
    };

    private static bool IsTransient(HttpRequestError error) => error
        is HttpRequestError.Unknown or HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
        or HttpRequestError.HttpProtocolError or HttpRequestError.ResponseEnded or HttpRequestError.ProxyTunnelError;

    private static bool IsTransient(SocketError error) => error
        is SocketError.TryAgain or SocketError.TimedOut or SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.ConnectionAborted
        or SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkDown or SocketError.NetworkReset
        or SocketError.NoBufferSpaceAvailable or SocketError.TooManyOpenSockets or SocketError.Interrupted or SocketError.WouldBlock or SocketError.Shutdown;

    // A certificate that is not trusted today is not trusted in a second; neither is a name that nobody knows known then.
    private static bool IsLasting(Exception? cause) => cause is AuthenticationException || (cause is SocketException socket && !IsTransient(socket.SocketErrorCode));
}

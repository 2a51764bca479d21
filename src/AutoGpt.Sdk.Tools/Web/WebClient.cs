using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace AutoGpt.Sdk.Tools;

/// <summary>Sends requests under a policy: no proxy, no cookies, no redirect that was not checked like the URL itself. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as its tools, which nobody disposes; idle connections close by themselves.")]
internal sealed class WebClient
{
    private readonly NetworkPolicy _policy;
    private readonly NetworkRules _rules;
    private readonly HttpMessageInvoker _http;

    public WebClient(NetworkPolicy policy, NetworkRules rules, NetworkConnector connector)
    {
        _policy = policy;
        _rules = rules;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = connector.ConnectAsync,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            ActivityHeadersPropagator = null, // Ids of this process's traces are nobody's business outside.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // Names move.
            ConnectTimeout = policy.Timeout,
        });
    }

    /// <summary>Sends a request and reads the text that comes back.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The URL.</param>
    /// <param name="headers">Lines of the form <c>Name: value</c>.</param>
    /// <param name="body">What to send, or null.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ToolException">The policy refuses the URL, an address or a redirect, or the answer is no text or too large.</exception>
    /// <exception cref="HttpRequestException">The host cannot be reached, or answers with a status that is no success.</exception>
    /// <exception cref="TransientToolException">The host says when to come back.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public async Task<string> SendAsync(HttpMethod method, string url, IEnumerable<string> headers, string? body, CancellationToken cancellationToken)
    {
        if (!_rules.TryParse(url, out Uri? parsed, out string? refusal))
        {
            throw new ToolException(refusal);
        }

        WebRequest request = new(method, parsed) { Headers = WebRequest.ParseHeaders(headers), Body = body };
        using CancellationTokenSource timeout = new(_policy.Timeout);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await FollowAsync(request, stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{method} {parsed.Host} took longer than {_policy.Timeout.TotalSeconds:0.###} s."), error);
        }
        catch (HttpRequestException error) when (error.StatusCode is null)
        {
            throw Causes(error).OfType<ToolException>().FirstOrDefault() ?? (Exception)new HttpRequestException(
                error.HttpRequestError, $"{parsed.Host} cannot be reached: {Causes(error).Last().Message}", error.InnerException);
        }
    }

    private async Task<string> FollowAsync(WebRequest request, CancellationToken cancellationToken)
    {
        for (int redirects = 0; ; redirects++)
        {
            using HttpRequestMessage message = request.ToMessage(_rules.HeadersFor(request.Url));
            using HttpResponseMessage response = await _http.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if (LocationOf(response) is not { } location)
            {
                return await AnswerAsync(request, response, cancellationToken).ConfigureAwait(false);
            }

            if (redirects == _policy.MaxRedirects)
            {
                throw new ToolException($"{request.Url.Host} redirects more than {_policy.MaxRedirects} times; ask for the last URL.");
            }

            // Made absolute first: what is checked is what is requested, however it was written.
            Uri? target = null;
            string? refusal = null;
            if (!Uri.TryCreate(request.Url, location, out Uri? absolute) || !_rules.TryParse(WithoutFragment(absolute), out target, out refusal))
            {
                throw new ToolException($"{request.Url.Host} redirects to where the policy does not lead. {refusal}".TrimEnd());
            }

            request = request.Redirect((int)response.StatusCode, target);
        }
    }

    private async Task<string> AnswerAsync(WebRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        string line = $"{request.Method} {request.Url.Host}{request.Url.AbsolutePath} answered {status.ToString(CultureInfo.InvariantCulture)} {response.ReasonPhrase}".TrimEnd();
        if (!response.IsSuccessStatusCode)
        {
            string told = Redact(request.Url, await WebText.ExcerptAsync(response.Content, cancellationToken).ConfigureAwait(false));
            string failure = told.Length > 0 ? $"{line}: {told}" : line + ".";
            throw RetryAfter(response) is { } wait ? new TransientToolException(failure) { RetryAfter = wait } : new HttpRequestException(failure, null, response.StatusCode);
        }

        string text = Redact(request.Url, await WebText.ReadAsync(response.Content, _policy.MaxResponseBytes, cancellationToken).ConfigureAwait(false));
        return text.Length > 0 || request.Method == HttpMethod.Get ? text : line + ".";
    }

    // A page that echoes its request – a debugging page, an error – would carry the secret into plans and journals.
    private string Redact(Uri url, string text) => _rules.HeadersFor(url).SelectMany(header => (string[])[header.Value, header.Value.Split(' ')[^1]])
        .Where(secret => secret.Length >= 8).Aggregate(text, (told, secret) => told.Replace(secret, "…", StringComparison.Ordinal));

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response switch
    {
        { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: RetryConditionHeaderValue { Delta: { } delta } } => delta,
        { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable, Headers: { RetryAfter.Date: { } date, Date: { } now } } => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };

    private static string? LocationOf(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues values) ? values.ToString() : null;

    private static string WithoutFragment(Uri url) => url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped);

    private static IEnumerable<Exception> Causes(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            yield return error;
        }
    }
}

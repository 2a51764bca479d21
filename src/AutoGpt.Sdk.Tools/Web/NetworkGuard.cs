using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Decides about the HTTP tools: a URL outside the policy is refused before anybody is asked, reading from an allowed one is free (unless
/// <see cref="NetworkPolicy.ReadsNeedApproval"/>), sending asks. It looks at the URL alone; the connection looks at addresses and redirects. It abstains about other tools. Thread-safe.
/// </summary>
public sealed class NetworkGuard : IActionGuard
{
    private readonly NetworkRules _rules;
    private readonly bool _readsAsk;

    /// <summary>Creates the guard.</summary>
    /// <param name="policy">The policy of the tools.</param>
    /// <exception cref="ArgumentException">The policy does not make sense; the message says why.</exception>
    public NetworkGuard(NetworkPolicy policy) => (_rules, _readsAsk) = (new NetworkRules(policy), policy.ReadsNeedApproval);

    /// <inheritdoc/>
    public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(request.Tool is HttpTools.Get or HttpTools.Send ? Decide(request) : ActionDecision.Abstain);
    }

    private ActionDecision Decide(ActionRequest request)
    {
        if (request.Arguments["url"] is not JsonValue value || !value.TryGetValue(out string? text))
        {
            return new ActionDecision(ActionPermission.Deny, $"{request.Tool} takes a text as its 'url'.");
        }

        if (!_rules.TryParse(text, out Uri? url, out string? refusal))
        {
            return new ActionDecision(ActionPermission.Deny, refusal);
        }

        string method = request.Tool == HttpTools.Get ? "GET" : request.Arguments["method"]?.ToString() ?? "";
        return request.Tool == HttpTools.Get && !_readsAsk
            ? ActionDecision.Allow
            : new ActionDecision(ActionPermission.Ask, $"{request.Tool} would send a request to {url.Host} ({method} {url.AbsoluteUri}).");
    }
}

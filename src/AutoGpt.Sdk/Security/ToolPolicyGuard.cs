using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// Decides by a list of what is allowed: a call must fit a rule for its tool. One that allows is enough; else one that asks has a person asked; what fits none is denied, and the
/// reason names the argument that did not fit. Arguments that cannot be read with certainty are denied. Thread-safe.
/// </summary>
public sealed class ToolPolicyGuard : IActionGuard
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly Dictionary<string, List<(ToolRule Rule, RuleSchema? Schema)>> _rules = new(StringComparer.Ordinal);
    private readonly ActionPermission _unlisted;

    /// <summary>Creates the guard.</summary>
    /// <param name="policy">The policy.</param>
    /// <exception cref="ArgumentException">
    /// A rule names no tool, abstains, or has a schema that is not supported; or tools without a rule would be allowed. The message says which, and what to write instead.
    /// </exception>
    public ToolPolicyGuard(ToolPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _unlisted = policy.UnlistedTools is ActionPermission.Deny or ActionPermission.Ask or ActionPermission.Abstain ? policy.UnlistedTools
            : throw new ArgumentException("Tools without a rule cannot be allowed: give each its rule.", nameof(policy));
        foreach (ToolRule rule in policy.Rules)
        {
            if (!_rules.TryGetValue(rule.Tool ?? "", out List<(ToolRule Rule, RuleSchema? Schema)>? rules))
            {
                _rules.Add(rule.Tool ?? "", rules = []);
            }

            rules.Add((rule, Read(rule)));
        }
    }

    /// <summary>Creates the guard, which denies tools without a rule.</summary>
    /// <param name="rules">The rules.</param>
    /// <exception cref="ArgumentException">A rule cannot be used; the message says which, and what to write instead.</exception>
    public ToolPolicyGuard(params IEnumerable<ToolRule> rules)
        : this(new ToolPolicy { Rules = [.. rules] })
    {
    }

    /// <summary>The tools that have a rule.</summary>
    public IReadOnlyCollection<string> Tools => _rules.Keys;

    /// <inheritdoc/>
    public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(_rules.TryGetValue(request.Tool, out List<(ToolRule Rule, RuleSchema? Schema)>? rules) ? Decide(request, rules)
            : new ActionDecision(_unlisted, _unlisted == ActionPermission.Abstain ? null : $"No rule names the tool '{SingleLine.Of(request.Tool, 60)}'."));
    }

    private static ActionDecision Decide(ActionRequest request, List<(ToolRule Rule, RuleSchema? Schema)> rules)
    {
        if (rules.Find(one => one.Rule.Permission == ActionPermission.Deny).Rule is { } denied)
        {
            return new ActionDecision(ActionPermission.Deny, denied.Reason ?? $"A rule denies the tool '{denied.Tool}'.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(request.Arguments.ToJsonString(), Strict);
            return Decide(request.Tool, document.RootElement, rules);
        }
        catch (Exception error)
        {
            // Whatever a hostile argument brings the check to, it did not say yes.
            return new ActionDecision(ActionPermission.Deny, SingleLine.Of($"The arguments of '{request.Tool}' cannot be checked: {error.Message}"));
        }
    }

    private static ActionDecision Decide(string tool, JsonElement arguments, List<(ToolRule Rule, RuleSchema? Schema)> rules)
    {
        ToolRule? asks = null;
        IReadOnlyList<string>? nearest = null;
        foreach ((ToolRule rule, RuleSchema? schema) in rules)
        {
            IReadOnlyList<string> problems = schema?.Problems(arguments) ?? [];
            if (problems.Count > 0)
            {
                // Of two that are as near the one that asks: it is the wider.
                bool nearer = nearest is null || problems.Count < nearest.Count || (problems.Count == nearest.Count && rule.Permission == ActionPermission.Ask);
                nearest = nearer ? problems : nearest;
            }
            else if (rule.Permission == ActionPermission.Allow)
            {
                return ActionDecision.Allow;
            }
            else
            {
                asks ??= rule;
            }
        }

        return asks is not null
            ? new ActionDecision(ActionPermission.Ask, asks.Reason ?? $"A rule has the tool '{tool}' approved.")
            : new ActionDecision(ActionPermission.Deny, SingleLine.Of($"No rule allows this call of '{tool}': {string.Join("; ", nearest!)}."));
    }

    private static RuleSchema? Read(ToolRule rule)
    {
        string name = string.IsNullOrWhiteSpace(rule.Tool) ? throw new ArgumentException("A rule names no tool.", nameof(rule)) : SingleLine.Of(rule.Tool, 60);
        if (rule.Permission is not (ActionPermission.Allow or ActionPermission.Ask or ActionPermission.Deny))
        {
            throw new ArgumentException($"The rule for '{name}' must allow, ask or deny.", nameof(rule));
        }

        if (rule.Arguments is not { } schema)
        {
            return null;
        }

        if (rule.Permission == ActionPermission.Deny)
        {
            throw new ArgumentException($"The rule that denies '{name}' has a schema: write rules for what is to be allowed instead, and what fits none is denied.", nameof(rule));
        }

        try
        {
            return new RuleSchema(schema);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"The rule for '{name}': {error.Message}", nameof(rule), error);
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;

namespace AutoGpt.Sdk;

/// <summary>Which tools may be called, and with which arguments: what a <see cref="ToolPolicyGuard"/> goes by.</summary>
public sealed record ToolPolicy
{
    /// <summary>The rules. Of several for one tool a call must fit one: one that allows, or else one that asks.</summary>
    public IReadOnlyList<ToolRule> Rules { get; init; } = [];

    /// <summary>
    /// What becomes of tools without a rule: <see cref="ActionPermission.Deny"/>, <see cref="ActionPermission.Ask"/>, or <see cref="ActionPermission.Abstain"/>, which leaves them to
    /// other guards. Default: denied.
    /// </summary>
    public ActionPermission UnlistedTools { get; init; } = ActionPermission.Deny;

    /// <summary>
    /// Reads a policy from JSON: <c>{"unlistedTools": "deny", "rules": [{"tool": …, "permission": "allow", "arguments": {schema}, "reason": …}, …]}</c>.
    /// </summary>
    /// <param name="json">The JSON.</param>
    /// <exception cref="AutoGptException">It is not such JSON: a member is unknown, missing, named twice or of another kind.</exception>
    public static ToolPolicy Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            PolicyJson policy = JsonSerializer.Deserialize(json, PolicyJsonContext.Default.PolicyJson) ?? throw new JsonException("It is null.");
            return new ToolPolicy
            {
                UnlistedTools = Permission(policy.UnlistedTools ?? "deny", "unlistedTools"),
                Rules = [.. policy.Rules.Select(rule => Rule(rule.Tool, rule.Permission, rule.Arguments, rule.Reason))],
            };
        }
        catch (JsonException error)
        {
            throw new AutoGptException($"The tool policy cannot be understood: {SingleLine.Of(error.Message)}", error);
        }
    }

    /// <summary>
    /// Reads a policy from configuration: <c>UnlistedTools</c> and <c>Rules</c>, each with <c>Tool</c>, <c>Permission</c>, and optionally <c>Reason</c> and <c>Arguments</c>. The
    /// schema stands there as JSON text, since configuration knows neither numbers nor empty objects.
    /// </summary>
    /// <param name="section">The section.</param>
    /// <exception cref="AutoGptException">A key is unknown, missing or of another kind.</exception>
    public static ToolPolicy Parse(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        Keys(section, "UnlistedTools", "Rules");
        return new ToolPolicy
        {
            UnlistedTools = Permission(Text(section, "UnlistedTools") ?? "deny", "UnlistedTools"),
            Rules =
            [
                .. section.GetSection("Rules").GetChildren().Select(rule =>
                {
                    Keys(rule, "Tool", "Permission", "Arguments", "Reason");
                    return Rule(Text(rule, "Tool"), Text(rule, "Permission"), Schema(rule, Text(rule, "Arguments")), Text(rule, "Reason"));
                }),
            ],
        };
    }

    private static ToolRule Rule(string? tool, string? permission, JsonElement? arguments, string? reason) =>
        new(tool ?? throw new AutoGptException("A rule names no tool."), Permission(permission, $"permission of the rule for '{SingleLine.Of(tool, 60)}'"))
        {
            Arguments = arguments,
            Reason = reason,
        };

    private static ActionPermission Permission(string? text, string what) => text?.ToUpperInvariant() switch
    {
        "ALLOW" => ActionPermission.Allow,
        "ASK" => ActionPermission.Ask,
        "DENY" => ActionPermission.Deny,
        "ABSTAIN" => ActionPermission.Abstain,
        _ => throw new AutoGptException($"The {what} is '{SingleLine.Of(text ?? "", 60)}'; it must be allow, ask, deny or abstain."),
    };

    private static JsonElement? Schema(IConfigurationSection rule, string? json)
    {
        try
        {
            return ToolRule.Schema(json);
        }
        catch (ArgumentException error)
        {
            throw new AutoGptException($"'{rule.Path}:Arguments' is not JSON.", error);
        }
    }

    private static string? Text(IConfiguration section, string key)
    {
        IConfigurationSection value = section.GetSection(key);
        return !value.GetChildren().Any() ? value.Value
            : throw new AutoGptException($"'{value.Path}' must be a text, not a section{(key == "Arguments" ? ": write the schema as JSON text, or the whole policy as JSON" : "")}.");
    }

    private static void Keys(IConfiguration section, params string[] known)
    {
        if (section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new AutoGptException($"'{unknown.Path}' is not known: there are {string.Join(", ", known)}.");
        }
    }
}

internal sealed record PolicyJson(IReadOnlyList<RuleJson> Rules)
{
    public string? UnlistedTools { get; init; }
}

internal sealed record RuleJson(string Tool, string Permission)
{
    public JsonElement? Arguments { get; init; }

    public string? Reason { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PolicyJson))]
internal sealed partial class PolicyJsonContext : JsonSerializerContext;

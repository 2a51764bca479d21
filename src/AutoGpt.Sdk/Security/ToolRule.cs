using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// One way in which a tool may be called. A schema narrows it to arguments that fit, and is read strictly: an object takes only the members its <c>properties</c> name and a list only
/// its <c>prefixItems</c>, unless the schema says more; a keyword for numbers lets no text through; a <c>pattern</c> is written <c>^…$</c> and holds for the whole text.
/// </summary>
/// <param name="Tool">The exact name of the tool.</param>
/// <param name="Permission"><see cref="ActionPermission.Allow"/>, <see cref="ActionPermission.Ask"/> or <see cref="ActionPermission.Deny"/>.</param>
public sealed record ToolRule(string Tool, ActionPermission Permission)
{
    /// <summary>
    /// The JSON Schema that the arguments must fit. Supported are <c>type</c>, <c>const</c>, <c>enum</c>, <c>anyOf</c>, <c>allOf</c>, <c>$ref</c> to <c>$defs</c>, and all bounds of
    /// texts, numbers, lists and objects; any other keyword is refused when the rule is used. Default: any arguments. A rule that denies takes none: what is to be allowed is named,
    /// not what is to be forbidden.
    /// </summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>What a person who must approve is told, or why the tool is denied, in one line. Default: that the rule says so.</summary>
    public string? Reason { get; init; }

    /// <summary>A rule that allows calls.</summary>
    /// <param name="tool">The exact name of the tool.</param>
    /// <param name="arguments">The JSON Schema that the arguments must fit. Default: any arguments.</param>
    /// <exception cref="ArgumentException">The schema is not JSON, or names something twice.</exception>
    public static ToolRule Allow(string tool, [StringSyntax(StringSyntaxAttribute.Json)] string? arguments = null) =>
        new(tool, ActionPermission.Allow) { Arguments = Schema(arguments) };

    /// <summary>A rule that has a person asked.</summary>
    /// <param name="tool">The exact name of the tool.</param>
    /// <param name="arguments">The JSON Schema that the arguments must fit. Default: any arguments.</param>
    /// <param name="reason">What the person is told, in one line.</param>
    /// <exception cref="ArgumentException">The schema is not JSON, or names something twice.</exception>
    public static ToolRule Ask(string tool, [StringSyntax(StringSyntaxAttribute.Json)] string? arguments = null, string? reason = null) =>
        new(tool, ActionPermission.Ask) { Arguments = Schema(arguments), Reason = reason };

    /// <summary>A rule that forbids a tool, whatever other rules say.</summary>
    /// <param name="tool">The exact name of the tool.</param>
    /// <param name="reason">Why, in one line.</param>
    public static ToolRule Deny(string tool, string? reason = null) => new(tool, ActionPermission.Deny) { Reason = reason };

    internal static JsonElement? Schema(string? json)
    {
        try
        {
            return json is null ? null : JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false }).RootElement;
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"The schema of a rule is not JSON: {SingleLine.Of(error.Message)}", nameof(json), error);
        }
    }
}

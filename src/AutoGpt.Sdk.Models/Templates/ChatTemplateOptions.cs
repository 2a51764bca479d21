using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Models;

/// <summary>What a chat template is rendered with besides the messages.</summary>
public sealed record ChatTemplateOptions
{
    /// <summary>The tools the model may call: <c>tools</c> in the template, none where there are none. Default: none.</summary>
    public IReadOnlyList<AIFunctionDeclaration> Tools { get; init; } = [];

    /// <summary>Whether the text ends where the model's answer begins. Default: true.</summary>
    public bool AddGenerationPrompt { get; init; } = true;

    /// <summary>
    /// Further variables by name: <c>bos_token</c>, <c>eos_token</c>, <c>enable_thinking</c> and whatever else a template reads. Texts, truth values, numbers,
    /// null, <see cref="System.Text.Json.JsonElement"/>, <see cref="System.Text.Json.Nodes.JsonNode"/> and lists and dictionaries of these. They are the program's
    /// own words: control tokens in them count. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, object?> Variables { get; init; } = new Dictionary<string, object?>();

    /// <summary>What the template's <c>strftime_now</c> takes for now, in its local time zone. Default: the system's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What rendering may cost. Default: the defaults.</summary>
    public ChatTemplateLimits Limits { get; init; } = new();
}

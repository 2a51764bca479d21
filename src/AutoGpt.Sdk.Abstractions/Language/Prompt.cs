using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// What is put to a model: either a text to continue, or instructions with named sections and messages. How the latter becomes
/// text – a chat template, a model's own compact format – is the model's business.
/// </summary>
public sealed record Prompt
{
    /// <summary>A text to continue as it stands. When set, everything else is ignored.</summary>
    public string? Text { get; init; }

    /// <summary>What kind of request this is, for models with formats of their own, for instance <see cref="PromptTasks.Plan"/>.</summary>
    public string? Task { get; init; }

    /// <summary>What the model is to do.</summary>
    public string? Instructions { get; init; }

    /// <summary>Named pieces of context. A schema's <c>x-quotedFrom</c> refers to them by name.</summary>
    public IReadOnlyList<PromptSection> Sections { get; init; } = [];

    /// <summary>The conversation so far.</summary>
    public IReadOnlyList<ChatMessage> Messages { get; init; } = [];

    /// <summary>Tools the request speaks of. They are described to the model, not called by it.</summary>
    public IReadOnlyList<AIFunctionDeclaration> Tools { get; init; } = [];

    /// <summary>A text to continue as it stands.</summary>
    /// <param name="text">The text.</param>
    public static Prompt Continue(string text) => new() { Text = text };
}

/// <summary>A named piece of context.</summary>
/// <param name="Name">The name, unique in its prompt, for instance <c>goal</c>.</param>
/// <param name="Text">The text.</param>
public sealed record PromptSection(string Name, string Text);

/// <summary>The kinds of request the agent makes.</summary>
public static class PromptTasks
{
    /// <summary>Make a plan. Sections: <c>goal</c> and, after a failure, <c>feedback</c>.</summary>
    public const string Plan = "plan";

    /// <summary>Judge a plan before it runs. Sections: <c>goal</c> and <c>plan</c>.</summary>
    public const string Review = "review";

    /// <summary>Judge results. Sections: <c>goal</c> and <c>results</c>.</summary>
    public const string Judge = "judge";
}

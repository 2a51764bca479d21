using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>What a tool can declare about itself in its <c>AdditionalProperties</c>, and what it is told with a call. The hints are those of the Model Context Protocol.</summary>
public static class ToolHints
{
    /// <summary>True where the tool changes nothing.</summary>
    public const string ReadOnly = "readOnlyHint";

    /// <summary>True where calling the tool twice with the same arguments does no more than calling it once.</summary>
    public const string Idempotent = "idempotentHint";

    /// <summary>True where the tool heeds <see cref="IdempotencyKey"/>: two calls with one key act once.</summary>
    public const string TakesIdempotencyKey = "takesIdempotencyKey";

    /// <summary>
    /// The key of the step that a tool is called for: the same when the step is run again after a crash, and never that of another step. Null outside an agent, and where the
    /// agent's journal is not durable.
    /// </summary>
    /// <param name="arguments">What the tool was called with; a C# method takes it as a parameter of this type.</param>
    public static string? IdempotencyKey(this AIFunctionArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments.Context?.TryGetValue(typeof(ToolHints), out object? key) == true ? key as string : null;
    }

    /// <summary>Tells a tool the key of the step it is called for.</summary>
    /// <param name="arguments">What the tool is called with.</param>
    /// <param name="key">The key.</param>
    public static void SetIdempotencyKey(this AIFunctionArguments arguments, string key)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        (arguments.Context ??= new Dictionary<object, object?>())[typeof(ToolHints)] = key;
    }
}

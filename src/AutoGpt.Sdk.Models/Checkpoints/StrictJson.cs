using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>How JSON files of checkpoints are read: no duplicate keys, no comments, no deep nesting.</summary>
internal static class StrictJson
{
    public static JsonDocumentOptions Options => new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Strings with lone surrogates surface as <see cref="InvalidOperationException"/> when they are decoded.</summary>
    public static bool IsMalformed(Exception exception) => exception is JsonException or InvalidOperationException or FormatException;
}

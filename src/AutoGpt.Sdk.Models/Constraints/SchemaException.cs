namespace AutoGpt.Sdk.Models;

/// <summary>A JSON Schema that cannot be compiled: a keyword that is not supported, a value it may not have, or no document that fits.</summary>
public sealed class SchemaException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do about it; the place is put in front.</param>
    /// <param name="path">Where in the schema, for instance <c>$.properties.path</c>.</param>
    /// <param name="keyword">The keyword at fault, where it is one.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public SchemaException(string message, string path, string? keyword = null, Exception? innerException = null)
        : base($"JSON Schema at {path}: {message}", innerException)
    {
        Path = path;
        Keyword = keyword;
    }

    /// <summary>Where in the schema, for instance <c>$.properties.path</c>.</summary>
    public string Path { get; }

    /// <summary>The keyword at fault, or null where no single one is.</summary>
    public string? Keyword { get; }
}

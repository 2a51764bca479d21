namespace AutoGpt.Sdk.Models;

/// <summary>A schema that cannot be decoded under: it uses what is not supported, contradicts itself, or nothing can satisfy it.</summary>
public sealed class SchemaException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">Where in the schema, as a JSON Pointer; empty for the root.</param>
    /// <param name="problem">What is wrong there.</param>
    public SchemaException(string path, string problem)
        : base($"The schema{(path.Length == 0 ? "" : $" at {path}")}: {problem}")
    {
        Path = path;
    }

    /// <summary>Where in the schema, as a JSON Pointer; empty for the root.</summary>
    public string Path { get; }
}

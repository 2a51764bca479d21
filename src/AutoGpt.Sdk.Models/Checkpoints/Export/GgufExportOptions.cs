namespace AutoGpt.Sdk.Models;

/// <summary>What <see cref="GgufModelWriter"/> writes.</summary>
public sealed record GgufExportOptions
{
    /// <summary>The kind of file. Default <see cref="GgufType.Q8_0"/>.</summary>
    public GgufType Type { get; init; } = GgufType.Q8_0;

    /// <summary>The model's name, <c>general.name</c>. Default null: the name it has, or the file's.</summary>
    public string? Name { get; init; }

    /// <summary>The chat template. Default null: that of the model, if one.</summary>
    public ModelChatTemplate? ChatTemplate { get; init; }

    /// <summary>
    /// Whether weights that are quantised already may be quantised again, to another type, which loses more than quantising the weights they came from. Default false: refused.
    /// </summary>
    public bool Requantize { get; init; }
}

/// <summary>How far an export has come.</summary>
/// <param name="Tensor">The tensor that was written last.</param>
/// <param name="Done">Tensors written.</param>
/// <param name="Tensors">Tensors in all.</param>
/// <param name="Bytes">Bytes of their data.</param>
/// <param name="TotalBytes">Bytes of data in all.</param>
public readonly record struct GgufExportProgress(string Tensor, int Done, int Tensors, long Bytes, long TotalBytes);

/// <summary>What was exported.</summary>
/// <param name="Path">The file.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Tensors">Tensors in it.</param>
/// <param name="Warnings">In what llama.cpp will differ from this library, as sentences; usually none.</param>
public sealed record GgufExportResult(string Path, GgufType Type, long Bytes, int Tensors, IReadOnlyList<string> Warnings);

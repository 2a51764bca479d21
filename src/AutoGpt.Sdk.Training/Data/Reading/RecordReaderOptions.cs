namespace AutoGpt.Sdk.Training;

/// <summary>How a <see cref="RecordReader"/> reads.</summary>
public sealed record RecordReaderOptions
{
    /// <summary>What becomes of a line or file that cannot be read. Default: <see cref="FaultAction.Stop"/>.</summary>
    public FaultAction OnFault { get; init; } = FaultAction.Stop;

    /// <summary>What a record of a text file is. Default: the whole file.</summary>
    public TextUnit TextUnit { get; init; } = TextUnit.File;

    /// <summary>Field or column of a plain text. Default <c>text</c>.</summary>
    public string TextField { get; init; } = "text";

    /// <summary>Field or column of a prompt. Default <c>prompt</c>.</summary>
    public string PromptField { get; init; } = "prompt";

    /// <summary>Field or column of a completion. Default <c>completion</c>.</summary>
    public string CompletionField { get; init; } = "completion";

    /// <summary>Field or column of the class, which may be absent. Default <c>label</c>.</summary>
    public string LabelField { get; init; } = "label";

    /// <summary>Field of a conversation, in JSONL alone. Default <c>messages</c>.</summary>
    public string MessagesField { get; init; } = "messages";

    /// <summary>Field of the tools that go with a conversation, which may be absent. Default <c>tools</c>.</summary>
    public string ToolsField { get; init; } = "tools";

    /// <summary>Bytes that a line, a row or – where that is a record – a text file may have at most, from 1 to 1 GiB: what is held in memory at once. Default 64 MiB.</summary>
    public int MaximumRecordBytes { get; init; } = 64 << 20;

    internal void Validate() => OptionRange.Require(MaximumRecordBytes is >= 1 and <= 1 << 30, MaximumRecordBytes, "from 1 to 1 GiB");
}

/// <summary>What becomes of a line or file that cannot be read.</summary>
public enum FaultAction
{
    /// <summary>Reading ends with the error.</summary>
    Stop,

    /// <summary>It is passed over, counted and kept in <see cref="RecordReader.Faults"/>.</summary>
    Skip,
}

/// <summary>What a record of a text file is.</summary>
public enum TextUnit
{
    /// <summary>The whole file.</summary>
    File,

    /// <summary>Lines up to an empty one.</summary>
    Paragraph,

    /// <summary>A line that is not empty.</summary>
    Line,
}

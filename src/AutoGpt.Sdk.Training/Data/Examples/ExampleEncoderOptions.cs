using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Training;

/// <summary>How an <see cref="ExampleEncoder"/> makes tokens of records.</summary>
public sealed record ExampleEncoderOptions
{
    /// <summary>Tokens an example may have, at least 2: one more than the network's context, since the last is only foreseen. Null for no limit. Default null.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>What becomes of a longer one. Default <see cref="OverlongAction.Refuse"/>.</summary>
    public OverlongAction Overlong { get; init; } = OverlongAction.Refuse;

    /// <summary>Variables and limits of the chat template; the tools are each record's. Default: none.</summary>
    public ChatTemplateOptions Template { get; init; } = new();

    internal void Validate() => OptionRange.Require(MaximumLength is null or >= 2, MaximumLength, "at least 2, or null for no limit");
}

/// <summary>What becomes of an example with too many tokens.</summary>
public enum OverlongAction
{
    /// <summary>It is an error.</summary>
    Refuse,

    /// <summary>It is left out and counted.</summary>
    Drop,

    /// <summary>Its end is cut off and it is counted; it is left out where nothing that counts would stay. A text goes on in further examples instead.</summary>
    Cut,
}

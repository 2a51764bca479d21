namespace AutoGpt.Sdk.Training;

/// <summary>How <see cref="ExamplePacker"/> packs.</summary>
public sealed record PackingOptions
{
    /// <summary>Tokens a row may have, at least 2: one more than the network's context, since the last is only foreseen.</summary>
    public required int RowLength { get; init; }

    /// <summary>Id put between two examples where the first does not end with it, usually <see cref="ITokenizer.EndOfText"/>; null puts nothing. Default null.</summary>
    public int? Separator { get; init; }

    /// <summary>Rows that are open at once, at least 1: each example goes into the fullest that has room for it. Default 64.</summary>
    public int OpenRows { get; init; } = 64;

    internal void Validate()
    {
        OptionRange.Require(RowLength >= 2, RowLength, "at least 2");
        OptionRange.Require(OpenRows >= 1, OpenRows, "at least 1");
    }
}

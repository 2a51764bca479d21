namespace AutoGpt.Sdk.Training;

/// <summary>How much of the data each part gets.</summary>
public sealed record DataSplitOptions
{
    /// <summary>Share of <see cref="DataPart.Validation"/>, from 0. Default .1.</summary>
    public double ValidationShare { get; init; } = .1;

    /// <summary>Share of <see cref="DataPart.Test"/>, from 0; below 1 together with <see cref="ValidationShare"/>. Default .1.</summary>
    public double TestShare { get; init; } = .1;

    /// <summary>Any text: another one gives another split. Default empty.</summary>
    public string Salt { get; init; } = "";

    internal void Validate()
    {
        OptionRange.Require(ValidationShare is >= 0 and < 1, ValidationShare, "from 0 to below 1");
        OptionRange.Require(TestShare is >= 0 and < 1, TestShare, "from 0 to below 1");
        OptionRange.Require(ValidationShare + TestShare < 1, ValidationShare + TestShare, "below 1");
    }
}

/// <summary>What a record serves for.</summary>
public enum DataPart
{
    /// <summary>To learn from.</summary>
    Training,

    /// <summary>To choose settings and the moment to stop by.</summary>
    Validation,

    /// <summary>To measure on once, in the end.</summary>
    Test,
}

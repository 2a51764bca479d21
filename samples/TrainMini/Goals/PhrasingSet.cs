namespace TrainMini.Goals;

/// <summary>What a wording is for. The sets never mix: nothing of validation and test is trained on, and nothing is chosen by test.</summary>
internal enum PhrasingSet
{
    /// <summary>Trained on.</summary>
    Training,

    /// <summary>Chooses among the checkpoints of a run: one wording in 22.</summary>
    Validation,

    /// <summary>What the model card reports: one in 22.</summary>
    Test,
}

internal static class PhrasingSets
{
    /// <summary>The set of a wording, chosen by its text.</summary>
    public static PhrasingSet Of(string text) => (StableHash.Of(text) % 22) switch { 0 => PhrasingSet.Test, 11 => PhrasingSet.Validation, _ => PhrasingSet.Training };
}

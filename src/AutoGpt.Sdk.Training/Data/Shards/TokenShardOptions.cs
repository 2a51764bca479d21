namespace AutoGpt.Sdk.Training;

/// <summary>How <see cref="TokenShards"/> are written.</summary>
public sealed record TokenShardOptions
{
    /// <summary>Size of the tokenizer's vocabulary, at least 1. Up to 32,768 a token takes two bytes, above four.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Id put behind an example that does not end with it, usually <see cref="ITokenizer.EndOfText"/>; null puts nothing. Default null.</summary>
    public int? Separator { get; init; }

    /// <summary>Tokens after which another file is begun, at least 1. Default 64 Mi: files of 128 or 256 MiB.</summary>
    public long TokensPerShard { get; init; } = 64 << 20;

    internal void Validate()
    {
        OptionRange.Require(VocabularySize >= 1, VocabularySize, "at least 1");
        OptionRange.Require(TokensPerShard >= 1, TokensPerShard, "at least 1");
        OptionRange.Require(Separator is null || (uint)Separator.Value < (uint)VocabularySize, Separator, "an id of the vocabulary, or null for none");
    }
}

using System.Buffers.Binary;
using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>Writes examples as files of token ids, once, for <see cref="ShardedTokenDataset"/> to read as often as it takes, however large they are.</summary>
public static class TokenShards
{
    internal const string Pattern = "*.tokens";

    private const uint UnlearnedNarrow = 1u << 15;
    private const uint UnlearnedWide = 1u << 31;
    private const int ProgressInterval = 1000;

    /// <summary>Writes a folder of shards. It is there as a whole or not at all.</summary>
    /// <param name="folder">A folder that does not exist yet.</param>
    /// <param name="examples">The examples, at least one; read once, one after the other.</param>
    /// <param name="options">Vocabulary, separator, size of the files.</param>
    /// <param name="progress">Hears of the tokens written, every thousand examples.</param>
    /// <param name="cancellationToken">Ends writing; nothing stays.</param>
    /// <exception cref="ArgumentException">An option is out of range, or an example has an id outside the vocabulary or nothing to learn.</exception>
    /// <exception cref="IOException">The folder exists, or cannot be written, for instance because the disk is full.</exception>
    public static TokenShardSummary Write(string folder, IEnumerable<TrainingExample> examples, TokenShardOptions options, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        string target = Path.GetFullPath(folder);
        if (Path.Exists(target))
        {
            throw new IOException($"'{folder}' exists already. Shards are written into a new folder.");
        }

        string temporary = $"{target.TrimEnd(Path.DirectorySeparatorChar)}.{Guid.NewGuid():n}.tmp";
        Directory.CreateDirectory(temporary);
        try
        {
            TokenShardSummary summary = WriteAll(temporary, examples, options, progress, cancellationToken);
            Directory.Move(temporary, target);
            return summary;
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    private static TokenShardSummary WriteAll(string folder, IEnumerable<TrainingExample> examples, TokenShardOptions options, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        TokenShardSummary summary = default;
        using IEnumerator<TrainingExample> each = examples.GetEnumerator();
        bool more = each.MoveNext();
        if (!more)
        {
            throw new ArgumentException("There is no example to write.", nameof(examples));
        }

        while (more)
        {
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{summary.Shards:d6}.tokens"));
            using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            stream.Write(new byte[TokenShardHeader.Size]);
            var shard = new Shard(stream, options);
            while (more && shard.Tokens < options.TokensPerShard)
            {
                cancellationToken.ThrowIfCancellationRequested();
                shard.Add(each.Current);
                summary = summary with { Examples = summary.Examples + 1 };
                if (summary.Examples % ProgressInterval == 0)
                {
                    progress?.Report(summary.Tokens + shard.Tokens);
                }

                more = each.MoveNext();
            }

            shard.Finish();
            stream.Flush(flushToDisk: true);
            summary = summary with { Shards = summary.Shards + 1, Tokens = summary.Tokens + shard.Tokens, Learned = summary.Learned + shard.Learned };
        }

        return summary;
    }

    /// <summary>A token as it stands in a file, to an id with the sign bit set where it is not to be foreseen.</summary>
    internal static void Widen(ReadOnlySpan<byte> stored, int width, Span<uint> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if (width == 2)
            {
                uint token = BinaryPrimitives.ReadUInt16LittleEndian(stored[(i * 2)..]);
                tokens[i] = (token & UnlearnedNarrow) == 0 ? token : (token ^ UnlearnedNarrow) | UnlearnedWide;
            }
            else
            {
                tokens[i] = BinaryPrimitives.ReadUInt32LittleEndian(stored[(i * 4)..]);
            }
        }
    }

    internal static bool IsLearned(uint token) => (token & UnlearnedWide) == 0;

    internal static int Id(uint token) => (int)(token & ~UnlearnedWide);

    private sealed class Shard(FileStream stream, TokenShardOptions options)
    {
        private readonly int _width = options.VocabularySize <= UnlearnedNarrow ? 2 : 4;
        private readonly byte[] _bytes = new byte[4];
        private StableHash _hash = new();

        public long Tokens { get; private set; }

        public long Learned { get; private set; }

        public void Add(TrainingExample example)
        {
            example.Check();
            for (int i = 0; i < example.Ids.Length; i++)
            {
                // The first token of an example is not to be foreseen from the one before it.
                Add(example.Ids.Span[i], example.Counts(i));
            }

            if (options.Separator is { } separator && example.Ids.Span[^1] != separator)
            {
                Add(separator, true);
            }
        }

        public void Finish()
        {
            stream.Position = 0;
            stream.Write(new TokenShardHeader(_width, options.VocabularySize, Tokens, Learned, _hash.Value).ToBytes());
        }

        private void Add(int id, bool learned)
        {
            if ((uint)id >= (uint)options.VocabularySize)
            {
                throw new ArgumentException($"An example has the token {id}; the vocabulary has {options.VocabularySize}.", nameof(id));
            }

            uint token = (uint)id | (learned ? 0 : _width == 2 ? UnlearnedNarrow : UnlearnedWide);
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes, token);
            stream.Write(_bytes, 0, _width);
            _hash.Add((int)token);
            Tokens++;
            Learned += learned ? 1 : 0;
        }
    }
}

/// <summary>What was written.</summary>
/// <param name="Shards">Files.</param>
/// <param name="Examples">Examples.</param>
/// <param name="Tokens">Tokens, separators included.</param>
/// <param name="Learned">Tokens to be foreseen.</param>
public readonly record struct TokenShardSummary(int Shards, long Examples, long Tokens, long Learned);

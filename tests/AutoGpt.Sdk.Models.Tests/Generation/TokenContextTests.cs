namespace AutoGpt.Sdk.Models.Tests.Generation;

/// <summary>What <see cref="ITokenContext"/> promises, over a network without weights and over a real one.</summary>
[TestFixture("fixed")]
[TestFixture("simd")]
public sealed class TokenContextTests(string backend)
{
    // More than two of the pieces that a context hands to its backend.
    private const int Length = 300;

    private static readonly TransformerConfig s_shape = Shapes.Llama with { ContextLength = Length };
    private static readonly int[] s_ids = [.. Enumerable.Range(0, Length).Select(index => index * index % 11)];

    [Test]
    public async Task Logits_do_not_depend_on_how_a_text_is_cut()
    {
        using CausalLanguageModel model = Model();
        using ITokenContext whole = model.CreateContext();
        using ITokenContext parts = model.CreateContext(new ContextOptions { Capacity = Length });
        float[] expected = await Append(whole, s_ids, LogitsWanted.All);
        List<float> actual = [];
        foreach (int cut in (int[])[1, 127, 129, 43])
        {
            actual.AddRange(await Append(parts, s_ids[parts.Length..(parts.Length + cut)], LogitsWanted.All));
        }

        Assert.That(actual, Is.EqualTo(expected));
        whole.Rewind(0);
        Assert.That(await Append(whole, s_ids[..200], LogitsWanted.None), Is.Empty);
        Assert.That(await Append(whole, s_ids[200..], LogitsWanted.Last), Is.EqualTo(expected[^11..]));
        Assert.That((whole.Length, whole.Capacity, parts.Length), Is.EqualTo((Length, Length, Length)));
    }

    [Test]
    public async Task A_fork_and_its_origin_go_their_own_ways()
    {
        using CausalLanguageModel model = Model();
        using ITokenContext origin = model.CreateContext();
        await Append(origin, s_ids[..140]);
        using ITokenContext fork = origin.Fork();
        float[] other = await Append(fork, [7, 8]);
        float[] own = await Append(origin, [1, 2, 3]);
        Assert.That((fork.Length, fork.Capacity, origin.Length), Is.EqualTo((142, Length, 143)));
        Assert.That(other, Is.EqualTo(await Fresh(model, [.. s_ids[..140], 7, 8])));
        Assert.That(own, Is.EqualTo(await Fresh(model, [.. s_ids[..140], 1, 2, 3])));
    }

    [Test]
    public async Task What_is_rewound_is_forgotten()
    {
        using CausalLanguageModel model = Model();
        using ITokenContext context = model.CreateContext();
        await Append(context, s_ids[..150]);
        context.Rewind(130);
        Assert.That(context.Length, Is.EqualTo(130));
        Assert.That(await Append(context, [9, 9]), Is.EqualTo(await Fresh(model, [.. s_ids[..130], 9, 9])));
        Assert.That(() => context.Rewind(133), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => context.Rewind(-1), Throws.InstanceOf<ArgumentException>());
        Assert.That(context.Length, Is.EqualTo(132));
    }

    [Test]
    public async Task More_than_the_capacity_is_refused_and_changes_nothing()
    {
        using CausalLanguageModel model = Model();
        using ITokenContext context = model.CreateContext(new ContextOptions { Capacity = 4 });
        await Append(context, [1, 2, 3]);
        Assert.That(async () => await Append(context, [4, 5]), Throws.InstanceOf<AutoGptException>().With.Message.Contains("4 tokens").And.Message.Contains("3 are read"));
        Assert.That(context.Length, Is.EqualTo(3));
        Assert.That(await Append(context, [4]), Is.EqualTo(await Fresh(model, [1, 2, 3, 4])));
    }

    [Test]
    public async Task An_append_of_nothing_is_refused([Values] LogitsWanted wanted)
    {
        using CausalLanguageModel model = Model();
        using ITokenContext context = model.CreateContext();
        await Append(context, [1, 2]);
        Assert.That(async () => await Append(context, [], wanted), Throws.ArgumentException, "what could be returned are the logits of an earlier call");
        Assert.That(context.Length, Is.EqualTo(2));
    }

    [Test]
    public void Logits_that_fit_no_array_are_refused()
    {
        // 4,096 rows of 2^20: their number wraps to 0 in 32 bits.
        using CausalLanguageModel model = new(new FixedBackend(1 << 20, 4096, _ => []), CharacterTokenizer.FromText("a"));
        using ITokenContext context = model.CreateContext();
        Assert.That(async () => await Append(context, new int[4096], LogitsWanted.All), Throws.ArgumentException.With.Message.Contains("do not fit an array"));
        Assert.That(context.Length, Is.Zero);
    }

    [Test]
    public async Task Cancelled_before_it_begins_an_append_reads_nothing()
    {
        using CausalLanguageModel model = Model();
        using ITokenContext context = model.CreateContext();
        await Append(context, [1, 2]);
        Assert.That(async () => await Append(context, [3], LogitsWanted.Last, new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(context.Length, Is.EqualTo(2));
        Assert.That(await Append(context, [3]), Is.EqualTo(await Fresh(model, [1, 2, 3])));
    }

    [Test]
    public async Task Cancelled_in_the_middle_an_append_is_undone()
    {
        using CancellationTokenSource source = new();
        int appends = 0;
        using CausalLanguageModel model = Model(() =>
        {
            // The first is the context's own text, the second a first piece that is read.
            if (++appends == 3)
            {
                source.Cancel();
            }
        });
        using ITokenContext context = model.CreateContext();
        await Append(context, [1, 2]);
        Assert.That(async () => await Append(context, s_ids[..290], LogitsWanted.All, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((appends, context.Length), Is.EqualTo((3, 2)));
        Assert.That(await Append(context, [3]), Is.EqualTo(await Fresh(model, [1, 2, 3])), "and the backend is free for the next");
    }

    private CausalLanguageModel Model(Action? append = null)
    {
        using TensorList tensors = RandomWeights.Of(s_shape);
        ILogitsBackend network = backend == "simd" ? SimdBackend.Create(s_shape, tensors) : new FixedBackend(11, Length, Next);
        return new CausalLanguageModel(new HookedBackend(network, append ?? (() => { })), CharacterTokenizer.FromText("abcdefghijk"));

        // Depends on every token and on its place.
        static float[] Next(IReadOnlyList<int> ids)
        {
            float[] logits = new float[11];
            for (int position = 0; position < ids.Count; position++)
            {
                logits[ids[position]] += position + 1;
            }

            return logits;
        }
    }

    private static async Task<float[]> Fresh(CausalLanguageModel model, int[] ids)
    {
        using ITokenContext context = model.CreateContext();
        return await Append(context, ids);
    }

    // A copy: the logits are valid until the next call only.
    private static async Task<float[]> Append(
        ITokenContext context, int[] ids, LogitsWanted wanted = LogitsWanted.Last, CancellationToken cancellationToken = default) =>
        (await context.AppendAsync(ids, wanted, cancellationToken)).Values.ToArray();
}

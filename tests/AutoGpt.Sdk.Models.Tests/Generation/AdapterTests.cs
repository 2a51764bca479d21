using static AutoGpt.Sdk.Models.Tests.Scheduling.Networks;

namespace AutoGpt.Sdk.Models.Tests.Generation;

/// <summary>Adapters chosen per request: each says what it says alone, whoever shares its passes and its prefixes.</summary>
public sealed class AdapterTests
{
    private static readonly ByteTokenizer s_tokenizer = new();
    private static readonly GenerationOptions s_options = new() { MaxTokens = 20, StopAtEndOfText = false, Seed = 5, Sampling = new SamplingOptions { Temperature = 0.9f } };
    private static readonly string?[] s_names = [null, "lora", "other", "prefix", "prompt"];

    [Test]
    public async Task Each_says_what_it_says_alone_whoever_is_beside_it([Values] bool lookup)
    {
        using CausalLanguageModel sharing = WithAdapters(Random(), new CausalLanguageModelOptions { PrefixSharing = new PrefixSharingOptions { MaxSequences = 8, MinTokens = 2 }, Speculation = lookup ? new SpeculationOptions() : null });
        using CausalLanguageModel plain = WithAdapters(Random(), new CausalLanguageModelOptions { PrefixSharing = null });
        List<int[]> first = [];
        foreach (string? name in s_names)
        {
            first.Add(await GenerateAsync(plain, Ids(0, 30), s_options with { Adapter = name }));
        }

        Assert.That(first.DistinctBy(ids => string.Join(' ', ids)).Count(), Is.EqualTo(s_names.Length), "they differ");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(task => Task.Run(async () =>
        {
            string? name = s_names[task % s_names.Length];
            List<int> conversation = [.. Ids(0, 30)];
            for (int round = 0; round < 5; round++)
            {
                int[] prompt = [.. conversation];
                GenerationOptions options = s_options with { Adapter = name, Seed = round };
                int[] expected = await GenerateAsync(plain, prompt, options);
                Assert.That(await GenerateAsync(sharing, prompt, options), Is.EqualTo(expected), $"{name}, round {round}");
                conversation.AddRange(expected);
                conversation.AddRange(Ids(round, 3));
            }
        })));
        Assert.That(sharing.Prefixes!.TokensShared, Is.GreaterThan(1000));
    }

    [Test]
    public async Task Texts_of_different_adapters_are_never_shared()
    {
        using CausalLanguageModel model = WithAdapters(Random());
        int[] prompt = Ids(1, 60);
        foreach (string? name in s_names)
        {
            await GenerateAsync(model, prompt, s_options with { Adapter = name });
        }

        Assert.That(model.Prefixes!.TokensShared, Is.Zero);
        foreach (string? name in s_names)
        {
            await GenerateAsync(model, prompt, s_options with { Adapter = name });
        }

        Assert.That(model.Prefixes.TokensShared, Is.EqualTo(s_names.Length * 59), "all but the token whose logits are wanted");
    }

    [Test]
    public async Task What_is_removed_stays_with_those_who_have_it_and_what_comes_under_its_name_is_another()
    {
        using CausalLanguageModel model = WithAdapters(Random());
        int[] prompt = Ids(1, 60);
        int[] expected = await GenerateAsync(model, prompt, s_options with { Adapter = "lora" });
        int[] other = await GenerateAsync(model, prompt, s_options with { Adapter = "other" });
        using ITokenContext context = model.CreateContext(new ContextOptions { Adapter = "lora" });
        float[] logits = await ReadAsync(context, prompt);
        List<int> said = [];
        await foreach (GenerationUpdate update in model.GenerateAsync(prompt, s_options with { Adapter = "lora" }))
        {
            said.AddRange(update.Tokens.Select(token => token.Id));
            if (said.Count == 3)
            {
                Assert.That(model.RemoveAdapter("lora"));
                Assert.That(model.RemoveAdapter("lora"), Is.False);
            }
        }

        Assert.That(said, Is.EqualTo(expected));
        Assert.That(async () => await GenerateAsync(model, prompt, s_options with { Adapter = "lora" }), Throws.ArgumentException.With.Message.Contains("has no adapter 'lora'; it has 'other', 'prefix', 'prompt'"));
        context.Rewind(0);
        Assert.That(await ReadAsync(context, prompt), Is.EqualTo(logits));
        using ITokenContext fork = context.Fork();
        Assert.That(await ReadAsync(fork, [1]), Is.EqualTo(await ReadAsync(context, [1])));
        model.AddAdapter("lora", RandomAdapters.Lora(Shape, 2, 4, TensorNames.Query, TensorNames.Value));
        Assert.That(await GenerateAsync(model, prompt, s_options with { Adapter = "lora" }), Is.EqualTo(other), "what was kept of the first is not gone on with");
    }

    [Test]
    public async Task Virtual_tokens_take_their_room_in_window_and_memory()
    {
        using TensorList tensors = RandomWeights.Of(Shape);
        long page = new Kernels.KeyValueShape(Shape.Layers, Shape.KeyValueHeads, Shape.HeadSize, Kernels.KeyValueFormat.F16).PageBytes;
        using CausalLanguageModel model = WithAdapters(SimdBackend.Create(Shape, tensors, new SimdBackendOptions { Threads = 1, KeyValueBytes = 8 * page }));
        int window = Shape.ContextLength - 20;
        Assert.That(async () => await GenerateAsync(model, Ids(1, window + 1), s_options with { Adapter = "prompt" }), Throws.InstanceOf<AutoGptException>().With.Message.Contains($"reads at most {window}"));
        Assert.That(await GenerateAsync(model, Ids(1, window), s_options with { Adapter = "prompt" }), Has.Length.EqualTo(1), "the window's end");
        Assert.That(await GenerateAsync(model, Ids(1, 200), s_options with { Adapter = "prompt" }), Has.Length.EqualTo(20));
        Assert.That(model.CreateContext(new ContextOptions { Adapter = "prompt" }).Capacity, Is.EqualTo(window));

        // 44 tokens and 20 virtual ones fill two of the eight pages; so do four of them, and a fifth waits.
        ITokenContext[] contexts = [.. Enumerable.Range(0, 5).Select(_ => model.CreateContext(new ContextOptions { Capacity = 44, Adapter = "prompt" }))];
        foreach (ITokenContext context in contexts[..4])
        {
            await ReadAsync(context, Ids(1, 44));
        }

        Task<float[]> fifth = ReadAsync(contexts[4], Ids(1, 44));
        Assert.That(fifth.IsCompleted, Is.False);
        contexts[0].Dispose();
        await fifth;
        Array.ForEach(contexts, context => context.Dispose());
    }

    [Test]
    public async Task Candidates_and_scores_are_the_adapters()
    {
        using CausalLanguageModel model = WithAdapters(Random());
        GenerationOptions greedy = s_options with { Sampling = SamplingOptions.Greedy, LogProbabilities = true, Adapter = "lora" };
        int[] expected = await GenerateAsync(model, [.. "go"u8.ToArray().Select(value => (int)value)], greedy);
        Completion? first = null;
        await foreach (Completion candidate in model.GenerateCandidatesAsync(new Prompt { Text = "go" }, greedy))
        {
            first ??= candidate;
            if (candidate != first)
            {
                break;
            }
        }

        Assert.That(first!.Tokens.Select(token => token.Id), Is.EqualTo(expected));
        IReadOnlyList<double?> scores = await model.ScoreAsync(new[] { (int)'g', 'o', expected[0], expected[1] }, "lora");
        Assert.That(scores[2], Is.EqualTo(first.Tokens[0].LogProbability).Within(1e-9));
        Assert.That((await model.ScoreAsync(new[] { (int)'g', 'o', expected[0], expected[1] }))[2], Is.Not.EqualTo(scores[2]).Within(1e-3));
    }

    [Test]
    public async Task A_backend_without_adapters_refuses_them_by_name_or_says_that_it_did_without()
    {
        using CausalLanguageModel model = new(FixedBackend.Saying("ab", 1), s_tokenizer);
        Assert.That(model.Description.Adapters, Is.False);
        Assert.That(() => model.AddAdapter("lora", RandomAdapters.Lora(Shape, 1, 4, TensorNames.Query)), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("backend 'fixed' has no adapters"));
        GenerationOptions options = new() { Adapter = "lora" };
        Assert.That(async () => await GenerateAsync(model, [1], options), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("cannot honour Adapter"));
        Assert.That(() => model.CreateContext(new ContextOptions { Adapter = "lora" }), Throws.InstanceOf<NotSupportedException>());
        GenerationUpdate? last = null;
        await foreach (GenerationUpdate update in model.GenerateAsync(new[] { 1 }, options with { AllowUnsupported = true }))
        {
            last = update;
        }

        Assert.That(last!.NotHonored, Is.EqualTo(["Adapter"]));
    }

    [Test]
    public async Task A_view_has_an_adapter_for_whoever_asks_for_none()
    {
        using CausalLanguageModel model = WithAdapters(Random());
        ITokenModel view = model.WithAdapter("lora");
        foreach ((string? asked, string given) in ((string?, string)[])[(null, "lora"), ("prompt", "prompt")])
        {
            Completion found = await view.CompleteAsync(new Prompt { Text = "go" }, s_options with { Adapter = asked });
            Completion expected = await model.CompleteAsync(new Prompt { Text = "go" }, s_options with { Adapter = given });
            Assert.That(found.Tokens, Is.EqualTo(expected.Tokens));
            using ITokenContext context = view.CreateContext(asked is null ? null : new ContextOptions { Adapter = asked });
            using ITokenContext same = model.CreateContext(new ContextOptions { Adapter = given });
            Assert.That(await ReadAsync(context, [1, 2]), Is.EqualTo(await ReadAsync(same, [1, 2])));
        }

        foreach (Type type in (Type[])[typeof(ILanguageModel), typeof(ITokenModel), typeof(ICandidateModel), typeof(ITokenCounter)])
        {
            Assert.That(view.GetService(type), Is.SameAs(view), type.Name);
        }

        Assert.That((view.GetService(typeof(ITokenizer)), view.GetService(typeof(CausalLanguageModel))), Is.EqualTo(((object)s_tokenizer, (object)model)));
    }

    [Test]
    public void Names_are_ones_own()
    {
        using CausalLanguageModel model = WithAdapters(Random());
        Assert.That(model.Description.Adapters);
        Assert.That(model.Adapters, Is.EqualTo(["lora", "other", "prefix", "prompt"]));
        Assert.That(() => model.AddAdapter("lora", RandomAdapters.Lora(Shape, 1, 4, TensorNames.Query)), Throws.ArgumentException.With.Message.Contains("has an adapter 'lora' already"));
        Assert.That(() => model.AddAdapter("wide", RandomAdapters.Prompt(Shape with { Width = 16 }, 1, 4)), Throws.InstanceOf<CheckpointException>().With.Message.Contains("16 wide"));
        Assert.That(() => model.CreateContext(new ContextOptions { Adapter = "wide" }), Throws.ArgumentException.With.Message.Contains("has no adapter 'wide'"));
    }

    private static CausalLanguageModel WithAdapters(SimdBackend backend, CausalLanguageModelOptions? options = null)
    {
        CausalLanguageModel model = new(backend, s_tokenizer, options);
        model.AddAdapter("lora", RandomAdapters.Lora(Shape, 1, 4, TensorNames.Query, TensorNames.Gate, TensorNames.Down));
        model.AddAdapter("other", RandomAdapters.Lora(Shape, 2, 4, TensorNames.Query, TensorNames.Value));
        model.AddAdapter("prefix", RandomAdapters.Prefix(Shape, 3, 10));
        model.AddAdapter("prompt", RandomAdapters.Prompt(Shape, 4, 20));
        return model;
    }
}

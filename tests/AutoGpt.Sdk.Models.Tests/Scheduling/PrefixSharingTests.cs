using static AutoGpt.Sdk.Models.Tests.Scheduling.Networks;

namespace AutoGpt.Sdk.Models.Tests.Scheduling;

/// <summary>Prompts that begin alike: what they have in common is read once, and what is said stays the same.</summary>
public sealed class PrefixSharingTests
{
    private static readonly ByteTokenizer s_tokenizer = new();
    private static readonly GenerationOptions s_options = new() { MaxTokens = 20, StopAtEndOfText = false, Seed = 5, Sampling = new SamplingOptions { Temperature = 0.9f } };

    [Test]
    public async Task Ids_are_the_same_with_and_without_one_after_another_and_at_once([Values] bool strict)
    {
        using CausalLanguageModel sharing = new(strict ? new PagedBackend(Random()) : Random(), s_tokenizer, new CausalLanguageModelOptions { PrefixSharing = new PrefixSharingOptions { MaxSequences = 5, MinTokens = 2 } });
        using CausalLanguageModel plain = new(new PagedBackend(Random()), s_tokenizer, new CausalLanguageModelOptions { PrefixSharing = null });
        Assert.That(plain.Prefixes, Is.Null);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            Random random = new(thread);
            List<int> conversation = [.. Ids(thread % 2, 10)];
            for (int round = 0; round < 30; round++)
            {
                // A conversation goes on, is taken up again somewhere, or another one begins.
                int kept = random.Next(4) == 0 ? random.Next(1, conversation.Count) : conversation.Count;
                conversation.RemoveRange(kept, conversation.Count - kept);
                conversation.AddRange(Ids(random.Next(3), random.Next(1, 8)));
                int[] prompt = [.. conversation];
                GenerationOptions options = s_options with { Seed = round };
                int[] expected = await GenerateAsync(plain, prompt, options);
                Assert.That(await GenerateAsync(sharing, prompt, options), Is.EqualTo(expected));
                conversation.AddRange(expected);
                if (conversation.Count > 200)
                {
                    conversation = [.. Ids(thread % 2, 10)];
                }
            }
        })));
        TestContext.Out.WriteLine($"{sharing.Prefixes!.TokensShared} tokens shared");
        Assert.That(sharing.Prefixes.TokensShared, Is.GreaterThan(2000));
    }

    [Test]
    public async Task A_conversation_goes_on_where_it_ended()
    {
        using PagedBackend backend = new(Repeating());
        using CausalLanguageModel model = new(backend, s_tokenizer);
        int[] prompt = Ids(0, 100);
        int[] said = await GenerateAsync(model, prompt, s_options);
        long before = backend.TokensRead;
        Assert.That(before, Is.EqualTo(119), "the last token is said and not read");
        await GenerateAsync(model, [.. prompt, .. said, 1, 2, 3], s_options);
        Assert.That(backend.TokensRead - before, Is.EqualTo(1 + 3 + 19), "the last token said, the new ones, and those generated");
        Assert.That(model.Prefixes!.TokensShared, Is.EqualTo(119));
    }

    [Test]
    public async Task Agents_that_start_at_once_have_their_instructions_read_once()
    {
        using PagedBackend backend = new(Repeating(2048)) { BeforePass = _ => Thread.Sleep(1) };
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { PrefixSharing = new PrefixSharingOptions { MaxTokens = 16384 } });
        int[] instructions = Ids(0, 1000);
        int[][] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(agent => Task.Run(() => GenerateAsync(model, [.. instructions, .. Ids(agent + 1, 20)], s_options))));
        Assert.That(backend.TokensRead, Is.EqualTo(1000 + (8 * (20 + 19))));
        using CausalLanguageModel plain = new(Repeating(2048), s_tokenizer);
        for (int agent = 0; agent < 8; agent++)
        {
            Assert.That(all[agent], Is.EqualTo(await GenerateAsync(plain, [.. instructions, .. Ids(agent + 1, 20)], s_options)));
        }
    }

    [Test]
    public async Task Those_who_wait_for_a_prefix_go_on_when_its_reader_fails()
    {
        int passes = 0;
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim go = new();
        using PagedBackend backend = new(Repeating(2048));
        backend.BeforePass = _ =>
        {
            if (Interlocked.Increment(ref passes) == 1)
            {
                begun.Set();
                go.Wait();
                throw new InvalidOperationException("broken");
            }
        };
        using CausalLanguageModel model = new(backend, s_tokenizer);
        int[] prompt = Ids(0, 100);
        Task<int[]> first = Task.Run(() => GenerateAsync(model, prompt, s_options));
        begun.Wait();
        Task<int[]>[] others = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => GenerateAsync(model, prompt, s_options)))];
        await Task.Delay(20);
        Assert.That(passes, Is.EqualTo(1), "they wait");
        go.Set();
        Assert.That(async () => await first, Throws.InvalidOperationException);
        using CausalLanguageModel plain = new(Repeating(2048), s_tokenizer);
        int[] expected = await GenerateAsync(plain, prompt, s_options);
        Assert.That(await Task.WhenAll(others), Is.All.EqualTo(expected));
        Assert.That(backend.TokensRead, Is.EqualTo(100 + 2 + (3 * 19)), "one read it for the others");
    }

    [Test]
    public async Task What_is_kept_is_bounded_and_the_least_recently_used_goes_first()
    {
        using PagedBackend backend = new(Repeating());
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { PrefixSharing = new PrefixSharingOptions { MaxSequences = 3, MaxTokens = 300 } });
        foreach (int seed in (int[])[1, 2, 3, 1, 4])
        {
            await GenerateAsync(model, Ids(seed, 60), s_options);
        }

        Assert.That(backend.Sequences, Is.EqualTo(3));
        Assert.That(model.Prefixes!.TokensShared, Is.EqualTo(59), "the second time, all but the token whose logits are wanted");
        long before = backend.TokensRead;
        await GenerateAsync(model, Ids(1, 60), s_options);
        Assert.That(backend.TokensRead - before, Is.EqualTo(1 + 19));
        await GenerateAsync(model, Ids(2, 60), s_options);
        Assert.That(backend.TokensRead - before, Is.EqualTo(20 + 79), "it had gone");
        for (int seed = 10; seed < 13; seed++)
        {
            await GenerateAsync(model, Ids(seed, 130), s_options);
        }

        Assert.That(model.Prefixes.Tokens, Is.LessThanOrEqualTo(300));
    }

    [Test]
    public async Task Nothing_is_left_when_the_model_is_disposed()
    {
        PagedBackend backend = new(Repeating());
        CausalLanguageModel model = new(backend, s_tokenizer);
        await GenerateAsync(model, Ids(1, 60), s_options);
        Assert.That(backend.Sequences, Is.EqualTo(1));
        model.Dispose();
        Assert.That((backend.Sequences, backend.Pages), Is.EqualTo((0, 0)));
    }
}

using static AutoGpt.Sdk.Models.Tests.Scheduling.Networks;

namespace AutoGpt.Sdk.Models.Tests.Scheduling;

/// <summary>A cache that does not hold everybody: who waits, in which order, and that nobody waits for ever.</summary>
public sealed class AdmissionTests
{
    private static readonly ByteTokenizer s_tokenizer = new();

    [Test]
    public async Task More_generations_than_fit_all_come_to_their_end_and_say_the_same([Values] bool sharing)
    {
        using PagedBackend backend = new(Repeating(), capacity: 160);
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { PrefixSharing = sharing ? new PrefixSharingOptions { MinTokens = 4 } : null });
        using CausalLanguageModel roomy = new(Repeating(), s_tokenizer);
        GenerationOptions options = new() { MaxTokens = 40, StopAtEndOfText = false };
        await Task.WhenAll(Enumerable.Range(0, 12).Select(agent => Task.Run(async () =>
        {
            int[] prompt = [.. Ids(agent % 2, 12), agent];
            Assert.That(await GenerateAsync(model, prompt, options), Is.EqualTo(await GenerateAsync(roomy, prompt, options)));
        })));
        Assert.That(backend.PagesAtMost, Is.LessThanOrEqualTo(10));
        Assert.That(backend.PassSizes.Max(), Is.LessThanOrEqualTo(2), "53 tokens each: two fit in ten pages of 16");
        Assert.That(sharing || backend.Sequences == 0);
    }

    [Test]
    public void What_never_fits_is_refused_at_once()
    {
        using CausalLanguageModel model = new(new PagedBackend(Repeating(), capacity: 64), s_tokenizer);
        Assert.That(
            async () => await GenerateAsync(model, Ids(0, 30), new GenerationOptions { MaxTokens = 40 }),
            Throws.InstanceOf<AutoGptException>().With.Message.Contains("70 tokens").And.Message.Contains("64"));
        using ITokenContext context = model.CreateContext();
        Assert.That(async () => await ReadAsync(context, [1]), Throws.InstanceOf<AutoGptException>().With.Message.Contains("256 tokens"));
        Assert.That(context.Length, Is.Zero);
    }

    [Test]
    public async Task Who_came_first_is_let_in_first_and_who_gives_up_stands_in_nobodys_way()
    {
        CacheLedger ledger = new(new PagedBackend(Repeating(), capacity: 64));
        Reservation all = await ledger.ReserveAsync(64, default);
        using CancellationTokenSource source = new();
        Task<Reservation> large = ledger.ReserveAsync(60, source.Token).AsTask();
        Task<Reservation> small = ledger.ReserveAsync(16, default).AsTask();
        Task<Reservation> next = ledger.ReserveAsync(16, default).AsTask();
        Assert.That(all.TryShrink(32), Is.False, "what others wait for is not put by");
        all.Dispose();
        Reservation first = await large;
        await Task.Delay(10);
        Assert.That((small.IsCompleted, next.IsCompleted), Is.EqualTo((false, false)), "they would fit, but the larger one was first");
        Assert.That(ledger.TryReserve(1, reclaim: true), Is.Null);
        first.Dispose();
        Reservation second = await small;
        Reservation third = await next;
        Task<Reservation> givesUp = ledger.ReserveAsync(60, source.Token).AsTask();
        Task<Reservation> behind = ledger.ReserveAsync(32, default).AsTask();
        await source.CancelAsync();
        Assert.That(async () => await givesUp, Throws.InstanceOf<OperationCanceledException>());
        Reservation fourth = await behind;
        second.Dispose();
        third.Dispose();
        fourth.Dispose();
        (await ledger.ReserveAsync(64, default)).Dispose();
    }

    [Test]
    public async Task A_fork_stands_on_its_origins_room_until_it_reads_and_never_waits()
    {
        using PagedBackend backend = new(Repeating(), capacity: 96, sharesPages: true);
        using CausalLanguageModel model = new(backend, s_tokenizer);
        ITokenContext origin = model.CreateContext(new ContextOptions { Capacity = 48 });
        await ReadAsync(origin, Ids(0, 40));
        using ITokenContext reads = origin.Fork();
        using ITokenContext other = origin.Fork();
        await ReadAsync(reads, [1]);
        Assert.That(async () => await ReadAsync(other, [1]), Throws.InstanceOf<AutoGptException>().With.Message.Contains("fork of 48 tokens"));
        Assert.That(other.Length, Is.EqualTo(40));
        origin.Dispose();
        using ITokenContext fresh = model.CreateContext(new ContextOptions { Capacity = 16 });
        Task<float[]> waits = ReadAsync(fresh, [2]);
        await Task.Delay(10);
        Assert.That(waits.IsCompleted, Is.False, "the other fork still stands on its origin's room");
        other.Dispose();
        Assert.That(await waits, Has.Length.EqualTo(257));
    }

    [Test]
    public async Task What_is_kept_makes_room_for_who_wants_to_read()
    {
        using PagedBackend backend = new(Repeating(), capacity: 128);
        using CausalLanguageModel model = new(backend, s_tokenizer);
        for (int round = 0; round < 6; round++)
        {
            await GenerateAsync(model, Ids(round, 50), new GenerationOptions { MaxTokens = 10, StopAtEndOfText = false });
        }

        Assert.That(model.Prefixes!.Tokens, Is.GreaterThan(40));
        using ITokenContext context = model.CreateContext(new ContextOptions { Capacity = 128 });
        await ReadAsync(context, Ids(9, 100));
        Assert.That(model.Prefixes.Tokens, Is.Zero);
    }
}

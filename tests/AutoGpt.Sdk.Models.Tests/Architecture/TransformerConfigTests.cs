namespace AutoGpt.Sdk.Models.Tests;

public sealed class TransformerConfigTests
{
    private static readonly TransformerConfig s_valid = new() { VocabularySize = 10, ContextLength = 8, Width = 12, Layers = 2, Heads = 6 };

    private static IEnumerable<TestCaseData> Impossible()
    {
        yield return new(s_valid with { VocabularySize = 0 }, "VocabularySize is 0; it must be at least 1");
        yield return new(s_valid with { ContextLength = -1 }, "ContextLength is -1; it must be at least 1");
        yield return new(s_valid with { ContextLength = 1 << 28 }, "ContextLength is 268435456; it must be at most 89478485 with 6 key-value heads of 2");
        yield return new(
            s_valid with { ContextLength = 1 << 28, Positions = PositionEncoding.Sinusoidal }, "ContextLength is 268435456; it must be at most 22369621");
        yield return new(s_valid with { Width = 0 }, "Width is 0; it must be at least 1");
        yield return new(s_valid with { Layers = 0 }, "Layers is 0; it must be at least 1");
        yield return new(s_valid with { Heads = -2 }, "Heads is -2; it must be at least 1");
        yield return new(s_valid with { KeyValueHeads = 4 }, "KeyValueHeads is 4; it must be a divisor of the 6 heads");
        yield return new(s_valid with { KeyValueHeads = -1 }, "KeyValueHeads is -1");
        yield return new(s_valid with { HeadSize = 3 }, "HeadSize is 3; it must be even for rotary positions");
        yield return new(s_valid with { Width = 5 }, "HeadSize is 0; it must be at least 1");
        yield return new(s_valid with { FeedForwardWidth = -1 }, "FeedForwardWidth is -1; it must be at least 1");
        yield return new(s_valid with { NormalizationEpsilon = 0 }, "NormalizationEpsilon is 0; it must be above 0");
        yield return new(s_valid with { NormalizationEpsilon = float.NaN }, "NormalizationEpsilon is NaN; it must be above 0");
        yield return new(s_valid with { RotaryBase = -1 }, "RotaryBase is -1; it must be above 0");
    }

    [TestCaseSource(nameof(Impossible))]
    public void Impossible_shapes_are_named(TransformerConfig config, string message) =>
        Assert.That(config.Validate, Throws.ArgumentException.With.Message.StartsWith(message));

    [Test]
    public void Defaults_follow_the_heads_and_the_width()
    {
        s_valid.Validate();
        Assert.That((s_valid.KeyValueHeads, s_valid.HeadSize, s_valid.FeedForwardWidth), Is.EqualTo((6, 2, 48)));
        Assert.That(() => (s_valid with { HeadSize = 3, Positions = PositionEncoding.Learned }).Validate(), Throws.Nothing, "only rotary wants even heads");
    }

    [TestCase(4096, 32, 32, 4096, Description = "Llama 2 7B")]
    [TestCase(7168, 56, 8, 200_000, Description = "Yi 34B 200K")]
    [TestCase(4096, 32, 8, 1_048_576, Description = "Llama 3 8B, stretched to a million by its publishers")]
    public void Long_contexts_in_use_are_possible(int width, int heads, int keyValueHeads, int context) =>
        Assert.That(
            new TransformerConfig { VocabularySize = 10, ContextLength = context, Width = width, Layers = 1, Heads = heads, KeyValueHeads = keyValueHeads }.Validate,
            Throws.Nothing);

    [Test]
    public void A_stated_default_is_equal_to_a_default()
    {
        TransformerConfig stated = s_valid with { KeyValueHeads = 6, HeadSize = 2, FeedForwardWidth = 48 };
        Assert.That(stated, Is.EqualTo(s_valid));
        Assert.That(stated.GetHashCode(), Is.EqualTo(s_valid.GetHashCode()));
        Assert.That(s_valid with { Bias = true }, Is.Not.EqualTo(s_valid));
    }

    [Test]
    public void The_parameter_count_is_the_sum_over_the_tensors()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 2_000; trial++)
        {
            TransformerConfig config = RandomConfigs.Next(random);
            long sum = TensorNames.Of(config).Sum(tensor => tensor.Value.Aggregate(1L, (product, size) => product * size));
            Assert.That(config.ParameterCount(), Is.EqualTo(sum), config.ToString());
        }
    }

    [Test]
    public void Known_models_have_their_published_sizes()
    {
        var gpt2 = new TransformerConfig
        {
            VocabularySize = 50_257, ContextLength = 1024, Width = 768, Layers = 12, Heads = 12, Positions = PositionEncoding.Learned,
            Normalization = Normalization.LayerNorm, Activation = Activation.Gelu, Bias = true, TiedHead = true,
        };
        var llama7 = new TransformerConfig { VocabularySize = 32_000, ContextLength = 4096, Width = 4096, Layers = 32, Heads = 32, FeedForwardWidth = 11_008 };
        Assert.That(gpt2.ParameterCount(), Is.EqualTo(124_439_808));
        Assert.That(llama7.ParameterCount(), Is.EqualTo(6_738_415_616));
    }

    [Test]
    public void Tensor_names_are_unique()
    {
        var random = new Random(6);
        for (int trial = 0; trial < 100; trial++)
        {
            string[] names = [.. TensorNames.Of(RandomConfigs.Next(random)).Select(tensor => tensor.Key)];
            Assert.That(names, Is.Unique);
        }
    }
}

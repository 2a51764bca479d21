namespace AutoGpt.Sdk.Models.Tests;

/// <summary>The expectations were read off files that llama.cpp v0.5.0 quantised (<c>B exports</c> compares all bytes), or follow from its rule by hand.</summary>
public sealed class GgufTypeRuleTests
{
    private static readonly TransformerConfig s_config = new() { VocabularySize = 32, ContextLength = 8, Width = 256, Layers = 32, Heads = 4, TiedHead = false };

    [Test]
    public void Half_of_the_values_and_outer_projections_get_six_bits()
    {
        var rule = new GgufTypeRule(GgufType.Q4_K_M, s_config);

        // The first and the last four of 32 layers, and of those between each third.
        int[] six = [0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31];
        foreach (string module in (string[])["attn_v", "ffn_down", "attn_qkv"])
        {
            Assert.That(Enumerable.Range(0, 32).Where(layer => rule.Of($"blk.{layer}.{module}.weight", [256, 256]) == TensorType.Q6_K), Is.EqualTo(six), module);
        }

        foreach (string module in (string[])["attn_q", "attn_k", "attn_output", "ffn_up", "ffn_gate"])
        {
            Assert.That(Enumerable.Range(0, 32).Select(layer => rule.Of($"blk.{layer}.{module}.weight", [256, 256])), Is.All.EqualTo(TensorType.Q4_K), module);
        }
    }

    [TestCase(GgufType.F32, TensorType.F32, TensorType.F32)]
    [TestCase(GgufType.F16, TensorType.F16, TensorType.F16)]
    [TestCase(GgufType.BF16, TensorType.BF16, TensorType.BF16)]
    [TestCase(GgufType.Q8_0, TensorType.Q8_0, TensorType.Q8_0)]
    [TestCase(GgufType.Q5_0, TensorType.Q5_0, TensorType.Q6_K)]
    [TestCase(GgufType.Q4_0, TensorType.Q4_0, TensorType.Q6_K)]
    [TestCase(GgufType.Q4_K_M, TensorType.Q4_K, TensorType.Q6_K)]
    [TestCase(GgufType.Q6_K, TensorType.Q6_K, TensorType.Q6_K)]
    public void The_matrix_that_makes_logits_has_six_bits_at_least(GgufType type, TensorType ordinary, TensorType head)
    {
        var rule = new GgufTypeRule(type, s_config);
        Assert.That((rule.Of("token_embd.weight", [32, 256]), rule.Of("output.weight", [32, 256])), Is.EqualTo((ordinary, head)));
        Assert.That(new GgufTypeRule(type, s_config with { TiedHead = true }).Of("token_embd.weight", [32, 256]), Is.EqualTo(head));
        foreach (string name in (string[])["blk.0.attn_norm.weight", "output_norm.weight", "blk.3.attn_q_norm.weight", "blk.0.attn_q.bias", "rope_freqs.weight"])
        {
            Assert.That(rule.Of(name, [256]), Is.EqualTo(TensorType.F32), name);
        }

        Assert.That(rule.Of("position_embd.weight", [8, 256]), Is.EqualTo(TensorType.F32));
    }

    [TestCase(GgufType.Q4_K_M, 576, TensorType.Q5_0, TensorType.Q8_0, TensorType.Q8_0)]
    [TestCase(GgufType.Q6_K, 576, TensorType.Q8_0, TensorType.Q8_0, TensorType.Q8_0)]
    [TestCase(GgufType.Q4_0, 576, TensorType.Q4_0, TensorType.Q4_0, TensorType.Q8_0)]
    [TestCase(GgufType.Q4_K_M, 40, TensorType.F16, TensorType.F16, TensorType.F16)]
    [TestCase(GgufType.Q8_0, 40, TensorType.F16, TensorType.F16, TensorType.F16)]
    [TestCase(GgufType.BF16, 40, TensorType.BF16, TensorType.BF16, TensorType.BF16)]
    public void Rows_that_are_not_whole_blocks_fall_back(GgufType type, int columns, TensorType query, TensorType value, TensorType head)
    {
        var rule = new GgufTypeRule(type, s_config);
        Assert.That(
            (rule.Of("blk.0.attn_q.weight", [256, columns]), rule.Of("blk.0.attn_v.weight", [256, columns]), rule.Of("output.weight", [32, columns])), Is.EqualTo((query, value, head)));
    }
}

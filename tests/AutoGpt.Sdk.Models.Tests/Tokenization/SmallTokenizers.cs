using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>tokenizer.json of a few hundred tokens.</summary>
internal static class SmallTokenizers
{
    /// <summary>As Llama 2's is built.</summary>
    public static string SentencePiece { get; } = $$$$"""
        {"version":"1.0","added_tokens":[{{{{Added(0, "<unk>", true)}}}},{{{{Added(1, "<s>", true)}}}},{{{{Added(2, "</s>", true)}}}},{{{{Added(270, "<tool>", false)}}}}],
         "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]},"pre_tokenizer":null,
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],
          "special_tokens":{"<s>":{"id":"<s>","ids":[1],"tokens":["<s>"]}}},
         "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
         "model":{"type":"BPE","dropout":null,"unk_token":"<unk>","continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":true,
          "vocab":{"<unk>":0,"<s>":1,"</s>":2,{{{{string.Join(",", Enumerable.Range(0, 256).Select(value => $"\"<0x{value:X2}>\":{value + 3}"))}}}},"▁":259,"t":260,"h":261,"e":262,"th":263,"▁th":264,"▁the":265,"</":266,"s":267,">":268,"s>":269},
          "merges":["t h","▁ th","▁th e",["s",">"]]}}
        """;

    /// <summary>As Qwen's is built.</summary>
    public static string Composing { get; } = $$$$"""
        {"added_tokens":[{{{{Added(257, "<|im_end|>", true)}}}},{{{{Added(300, "<think>", false)}}}}],"normalizer":{"type":"NFC"},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},
          {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}]},
         "post_processor":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false},"decoder":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false},
         "model":{"type":"BPE","dropout":null,"unk_token":null,"continuing_subword_prefix":"","end_of_word_suffix":"","fuse_unk":false,"byte_fallback":false,
          "vocab":{{{{{string.Join(",", Enumerable.Range(0, 256).Select(value => $"{JsonSerializer.Serialize(ByteAlphabet.Character((byte)value).ToString())}:{value}"))}}}},"th":256},"merges":["t h"]}}
        """;

    private static string Added(int id, string content, bool special) =>
        $$"""{"id":{{id}},"content":"{{content}}","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":{{(special ? "true" : "false")}}}""";
}

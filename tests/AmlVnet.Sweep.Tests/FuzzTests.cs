using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace AmlVnet.Sweep.Tests;

/// <summary>An answer in the place of the cloud's own.</summary>
internal sealed record FuzzedAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public HttpResponseMessage ToMessage()
    {
        var answer = new HttpResponseMessage((HttpStatusCode)Status) { Content = new ByteArrayContent(Body) };
        foreach (var (name, value) in Headers)
            if (!answer.Headers.TryAddWithoutValidation(name, value))
                answer.Content.Headers.TryAddWithoutValidation(name, value);
        return answer;
    }

    /// <summary>A status line, headers, an empty line and the body as it is; <c>\xNN</c> in the body is a byte.</summary>
    public static FuzzedAnswer Read(string text)
    {
        var parts = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n", 2);
        var lines = parts[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(static line => line.Split(": ", 2)).Select(static pair => (pair[0], pair[1])).ToArray();
        using var body = new MemoryStream();
        for (var at = 0; parts.Length > 1 && at < parts[1].Length; at++)
        {
            if (parts[1][at] == '\\' && at + 3 < parts[1].Length && parts[1][at + 1] == 'x')
            {
                body.WriteByte(byte.Parse(parts[1].AsSpan(at + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                at += 3;
            }
            else
            {
                body.Write(Encoding.UTF8.GetBytes(parts[1][at].ToString()));
            }
        }

        return new FuzzedAnswer(int.Parse(lines[0], CultureInfo.InvariantCulture), headers, body.ToArray());
    }

    public override string ToString() => $"{Status} [{string.Join("; ", Headers)}] {Encoding.UTF8.GetString(Body)}";
}

/// <summary>Answers of every form, at every request that reads, writes or waits: whatever comes,
/// what leaves the module is its own error.</summary>
public sealed class FuzzTests
{
    private static readonly Swept[] Commands =
    [
        Swept.All.First(static swept => swept.Name == "New-AmlAksCompute"),
        Swept.All.First(static swept => swept.Name == "Grant-AksNetworkContributor"),
        Swept.All.First(static swept => swept.Name == "Enable-AmlScoringAccess"),
        Swept.All.First(static swept => swept.Name == "Remove-AmlAksCompute"),
    ];

    private static readonly string[] Texts =
    [
        "", "\u001b[2J\u001b]0;owned\a", "\u202Egnp.exe", "Succeeded", "Failed", "https://evil.example/x", "/subscriptions", "not a date",
        "\0", "%00", "{}", "ünïcödé",
    ];

    private static readonly (string, string)[] Odd =
    [
        ("Retry-After", "Fri, 31 Dec 2099 23:59:59 GMT"), ("Retry-After", "-5"), ("Retry-After", "99999999999999"), ("Retry-After", "soon"),
        ("Location", "not an address"), ("Location", "https://evil.example/op"), ("Azure-AsyncOperation", ""),
        ("Azure-AsyncOperation", "::::"),
        ("Content-Type", "text/html"), ("x-ms-request-id", "\u001b[31m"),
    ];

    private static readonly Gen<JsonNode?> Value = Gen.OneOf(
        Gen.Const((JsonNode?)null), Gen.Int.Select(static n => (JsonNode?)n), Gen.Bool.Select(static b => (JsonNode?)b),
        Gen.Int[0, Texts.Length - 1].Select(static n => Texts[n]).Select(static t => (JsonNode?)t),
        Gen.String.Select(static t => (JsonNode?)t),
        Gen.Int[1, 40].Select(static n => (JsonNode?)Nest(n)), Gen.Const(0).Select(static _ => (JsonNode?)new JsonArray(1, "x", null)));

    /// <summary>What a mutation draws: which request, and how its answer is spoiled.</summary>
    private static readonly Gen<(int Command, int Request, int Status, int Header, int Node, int How, JsonNode? Value)> Draw = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 80], Gen.Int[0, 20], Gen.Int[0, 40], Gen.Int[0, 60], Gen.Int[0, 9], Value);

    [Fact]
    public void Whatever_is_answered_the_error_is_the_modules_own()
    {
        using var bench = new FuzzBench();
        Draw.Sample(drawn => Assert.Null(bench.Try(Commands[drawn.Command], drawn.Request, Spoil(drawn))), iter: 300, threads: 1,
            print: static drawn => $"{Commands[drawn.Command].Name}, request {drawn.Request}, {drawn}");
    }

    [Fact]
    public void What_once_broke_it_does_not_break_it_again()
    {
        using var bench = new FuzzBench();
        // A read, a write and a wait of each kind: the other two have more of the same.
        Swept[] commands = [Commands[1], Commands[3]];
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus"), "*.txt").Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(files);
        List<string> broken = [];
        foreach (var file in files)
        {
            var answer = FuzzedAnswer.Read(File.ReadAllText(file));
            foreach (var swept in commands)
                for (var nth = 0; nth < bench.RequestsOf(swept); nth++)
                    if (bench.Try(swept, nth, _ => answer) is { } problem)
                        broken.Add($"{Path.GetFileName(file)}, {swept.Name}, request {nth}: {problem}");
        }

        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken.Take(20)));
    }

    private static Func<FuzzedAnswer, FuzzedAnswer> Spoil((int, int, int Status, int Header, int Node, int How, JsonNode? Value) drawn) =>
        real =>
    {
        var status = drawn.Status switch { 0 => 204, 1 => 404, 2 => 400, 3 => 409, 4 => 202, 5 => 500, 6 => 418, _ => real.Status };
        (string, string)[] headers = drawn.Header < Odd.Length
            ? [.. real.Headers.Where(header => header.Name != Odd[drawn.Header].Item1), Odd[drawn.Header]] : [.. real.Headers];
        var body = real.Body;
        switch (drawn.How)
        {
            case 0:
                body = body[..(body.Length / 3)];
                break;
            case 1:
                body = Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body));
                break;
            case 2:
                body = [.. "\uFEFF"u8, .. body];
                break;
            case 3:
                body = [.. body, 0xC3, 0x28];
                break;
            default:
                body = Mutate(body, drawn.Node, drawn.How, drawn.Value);
                break;
        }

        return new FuzzedAnswer(status, headers, body);
    };

    private static byte[] Mutate(byte[] body, int nth, int how, JsonNode? value)
    {
        if (body.Length == 0) return Encoding.UTF8.GetBytes(value?.ToJsonString() ?? "null");
        var root = JsonNode.Parse(body)!;
        List<(JsonObject Of, string Name)> members = [];
        Walk(root);
        if (members.Count == 0) return "[]"u8.ToArray();
        var (of, name) = members[nth % members.Count];
        of.Remove(name);
        if (how != 4) of[name] = value?.DeepClone();
        return Encoding.UTF8.GetBytes(root.ToJsonString());

        void Walk(JsonNode? node)
        {
            if (node is JsonArray list)
            {
                foreach (var item in list) Walk(item);
            }

            if (node is not JsonObject here) return;
            foreach (var (member, under) in here)
            {
                members.Add((here, member));
                Walk(under);
            }
        }
    }

    private static JsonObject Nest(int depth)
    {
        var node = new JsonObject { ["code"] = "Deep", ["message"] = new string('m', 200) };
        for (var level = 0; level < depth; level++) node = new JsonObject { ["error"] = node, ["innererror"] = new JsonObject() };
        return node;
    }
}

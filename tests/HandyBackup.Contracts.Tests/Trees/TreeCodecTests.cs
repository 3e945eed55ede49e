using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace HandyBackup.Contracts.Tests.Trees;

public class TreeCodecTests
{
    private const string Times = "\"mtime\":\"1970-01-01T00:00:00Z\",\"atime\":\"1970-01-01T00:00:00Z\",\"ctime\":\"1970-01-01T00:00:00Z\",\"uid\":0,\"gid\":0";

    // Expected texts were computed by hand from Go's strconv.Quote and encoding/json.
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("q\"b\\", @"q\\\""b\\\\")]
    [InlineData("\a\b\f\n\r\t\v\u0001\u007f", @"\\a\\b\\f\\n\\r\\t\\v\\x01\\x7f")]
    [InlineData("<>&", @"\u003c\u003e\u0026")]
    [InlineData("\u2028\u00a0\u0085\u00ad", @"\\u2028\\u00a0\\u0085\\u00ad")]
    [InlineData("\U000E0001\U0010FFFF\uE000", @"\\U000e0001\\U0010ffff\\ue000")]
    [InlineData("größe 日本 😀\uFFFD", "größe 日本 😀\uFFFD")]
    public void A_name_is_quoted_as_go_quotes_it(string name, string expected)
    {
        TreeNode node = File(Encoding.UTF8.GetBytes(name));
        Assert.Equal($$"""{"nodes":[{"name":"{{expected}}","type":"file",{{Times}},"content":null}]}""" + "\n", Encode(node));
        Assert.Equal(name, Encoding.UTF8.GetString(Decode(Encode(node)).Name.Span));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_escaped_in_names_and_kept_beside_link_targets()
    {
        byte[] bytes = [(byte)'a', 0xFF, 0xC3];
        var node = new TreeNode { Name = bytes, Type = NodeType.SymbolicLink, LinkTarget = bytes };
        string json = Encode(node);
        Assert.Contains(@"""name"":""a\\xff\\xc3""", json, StringComparison.Ordinal);
        Assert.Contains(@"""linktarget"":""a\ufffd\ufffd"",""linktarget_raw"":""Yf/D""", json, StringComparison.Ordinal);
        Assert.Equal(bytes, Decode(json).Name.ToArray());
        Assert.Equal(bytes, Decode(json).LinkTarget.ToArray());
    }

    [Theory]
    [InlineData(0, 0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(-1, 500_000_000, 330, "1970-01-01T05:29:59.5+05:30")]
    [InlineData(1_709_210_096, 123_456_789, -210, "2024-02-29T09:04:56.123456789-03:30")]
    [InlineData(1_709_210_096, 100, 0, "2024-02-29T12:34:56.0000001Z")]
    [InlineData(-62_135_596_800, 0, 0, "0001-01-01T00:00:00Z")]
    [InlineData(-62_167_219_200, 0, 0, "0000-01-01T00:00:00Z")]
    [InlineData(253_402_300_799, 999_999_999, 0, "9999-12-31T23:59:59.999999999Z")]
    [InlineData(253_402_300_800, 0, 0, "9999-01-01T00:00:00Z")]
    [InlineData(-62_167_219_201, 0, 0, "0000-12-31T23:59:59Z")]
    [InlineData(253_407_398_400, 0, 0, "9999-03-01T00:00:00Z")]
    public void A_time_is_written_as_go_writes_it(long seconds, int nanoseconds, short offset, string expected) =>
        Assert.Contains(
            $"\"mtime\":\"{expected}\"",
            Encode(new TreeNode { Name = "x"u8.ToArray(), Type = NodeType.File, Modified = new NodeTime(seconds, nanoseconds, offset) }),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(long.MinValue, "0000-")]
    [InlineData(long.MaxValue, "9999-")]
    public void A_time_beyond_all_calendars_is_clamped(long seconds, string year) =>
        Assert.Contains(
            $"\"mtime\":\"{year}",
            Encode(new TreeNode { Name = "x"u8.ToArray(), Type = NodeType.File, Modified = new NodeTime(seconds, 1, 840) }),
            StringComparison.Ordinal);

    [Fact]
    public void All_fields_stand_in_the_order_of_restic()
    {
        BlobId id = new(Sha256Hash.Parse(new string('a', 64)));
        var node = new TreeNode
        {
            Name = "n"u8.ToArray(),
            Type = NodeType.File,
            Mode = 420,
            UserId = 1,
            GroupId = 2,
            User = "u",
            Group = "g\b",
            Inode = 3,
            DeviceId = 4,
            Size = ulong.MaxValue,
            Links = 6,
            LinkTarget = "t"u8.ToArray(),
            ExtendedAttributes = [new("user.a", [1]), new("user.b", null), new("user.c", [])],
            GenericAttributes = new Dictionary<string, ReadOnlyMemory<byte>> { ["windows.b"] = "{\"x\":1}"u8.ToArray(), ["windows.a"] = "32"u8.ToArray() },
            Device = 7,
            Content = [id, id],
            Subtree = id,
            Error = "e",
        };
        string expected = $$"""
            {"nodes":[{"name":"n","type":"file","mode":420,"mtime":"1970-01-01T00:00:00Z","atime":"1970-01-01T00:00:00Z","ctime":"1970-01-01T00:00:00Z","uid":1,"gid":2,"user":"u","group":"g\b","inode":3,"device_id":4,"size":18446744073709551615,"links":6,"linktarget":"t","extended_attributes":[{"name":"user.a","value":"AQ=="},{"name":"user.b","value":null},{"name":"user.c","value":""}],"generic_attributes":{"windows.a":32,"windows.b":{"x":1} },"device":7,"content":["{{id}}","{{id}}"],"subtree":"{{id}}","error":"e"}]}
            """.Replace("} }", "}}", StringComparison.Ordinal) + "\n";
        Assert.Equal(expected, Encode(node));
        Assert.Equal(expected, Encode(TreeNodes.Copy(Decode(expected))));
    }

    [Fact]
    public void An_empty_tree_has_an_empty_list()
    {
        using var builder = new TreeBuilder();
        Assert.Equal("{\"nodes\":[]}\n", Encoding.UTF8.GetString(builder.Complete().Span));
        Assert.Empty(TreeReader.Read("{\"nodes\":null}"u8.ToArray()));
        Assert.Empty(TreeReader.Read("{\"nodes\":[]}\n"u8.ToArray()));
    }

    [Fact]
    public void Content_that_is_null_and_content_that_is_empty_stay_apart()
    {
        string json = Encode(new TreeNode { Name = "x"u8.ToArray(), Type = NodeType.File, Content = [] });
        Assert.Contains("\"content\":[]", json, StringComparison.Ordinal);
        Assert.Empty(Decode(json).Content!);
        Assert.Null(Decode(Encode(File("x"u8.ToArray()))).Content);
    }

    [Fact]
    public void Unknown_fields_are_skipped_and_survive_rewriting()
    {
        string json = $$"""{"nodes":[{"name":"x","type":"file",{{Times}},"future":{"a":[1,{}]},"content":null}]}""" + "\n";
        Assert.Equal(json, Encode(Decode(json)));
        Assert.Equal("x", Encoding.UTF8.GetString(Decode("{\"v\":[1],\"nodes\":[{\"name\":\"x\",\"type\":\"file\"}],\"w\":{}}").Name.Span));
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    [InlineData("ab", "a")]
    [InlineData("", "")]
    public void Names_out_of_order_are_refused(string first, string second)
    {
        using var builder = new TreeBuilder();
        Assert.Throws<ArgumentException>(() =>
        {
            builder.Add(File(Encoding.UTF8.GetBytes(first)));
            builder.Add(File(Encoding.UTF8.GetBytes(second)));
        });
    }

    [Fact]
    public void A_builder_makes_one_tree_after_the_other()
    {
        using var builder = new TreeBuilder();
        builder.Add(File("b"u8.ToArray()));
        byte[] first = builder.Complete().ToArray();
        builder.Add(File("a"u8.ToArray()));
        Assert.Equal(1, builder.Count);
        builder.Reset();
        builder.Add(File("b"u8.ToArray()));
        Assert.Equal(first, builder.Complete().ToArray());
        Assert.Equal("{\"nodes\":[]}\n", Encoding.UTF8.GetString(builder.Complete().Span));
    }

    [Theory]
    [InlineData("", "byte 0", "not valid JSON")]
    [InlineData("[]", "byte 0", "an object must begin")]
    [InlineData("{}", "byte 1", "list of nodes is missing")]
    [InlineData("{\"nodes\":{}}", "byte 9", "list of nodes must begin")]
    [InlineData("{\"nodes\":[", "byte 10", "not valid JSON")]
    [InlineData("{\"nodes\":[]}x", "byte 12", "not valid JSON")]
    [InlineData("{\"nodes\":[null]}", "byte 10", "a node must begin")]
    [InlineData("{\"nodes\":[{}]}", "byte 11", "has no name")]
    [InlineData("{\"nodes\":[{\"name\":\"a\"}]}", "byte 21", "has no type")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"door\"}]}", "byte 29", "no such type")]
    [InlineData("{\"nodes\":[{\"name\":\"\\\\q\"}]}", "byte 18", "not quoted")]
    [InlineData("{\"nodes\":[{\"uid\":4294967296}]}", "byte 17", "4294967295")]
    [InlineData("{\"nodes\":[{\"size\":-1}]}", "byte 18", "whole number")]
    [InlineData("{\"nodes\":[{\"size\":1.5}]}", "byte 18", "whole number")]
    [InlineData("{\"nodes\":[{\"mtime\":\"2024-02-30T00:00:00Z\"}]}", "byte 19", "RFC 3339")]
    [InlineData("{\"nodes\":[{\"content\":[\"ab\"]}]}", "byte 22", "64 hexadecimal digits")]
    [InlineData("{\"nodes\":[{\"user\":5}]}", "byte 18", "string must stand")]
    [InlineData("{\"nodes\":[],\"nodes\":[]}", "byte 20", "second list")]
    public void A_damaged_tree_is_refused_with_position_and_reason(string json, string position, string reason)
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => TreeReader.Read(Encoding.UTF8.GetBytes(json)).Count());
        Assert.Equal(ErrorCode.TreeDamaged, exception.Code);
        Assert.Contains(position + ":", exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_are_read_as_they_are_asked_for()
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"nodes":[{"name":"x","type":"file",{{Times}},"content":null},broken""");
        Assert.Equal("x"u8.ToArray(), TreeReader.Read(json).First().Name.ToArray());
    }

    [Property]
    public Property Any_node_comes_back(byte[] name, byte[] target, string user, string attribute, byte[] value, ulong size, long seconds)
    {
        byte[] safeName = name.Length == 0 ? "x"u8.ToArray() : name;
        seconds %= 60_000_000_000;
        var node = new TreeNode
        {
            Name = safeName,
            Type = NodeType.SymbolicLink,
            LinkTarget = target,
            User = user ?? "",
            ExtendedAttributes = [new(attribute ?? "", value)],
            Size = size,
            Modified = new NodeTime(seconds, (int)(size % 1_000_000_000), (short)(seconds % 840)),
        };
        string json = Encode(node);
        TreeNode read = Decode(json);
        return (read.Name.Span.SequenceEqual(safeName) && read.LinkTarget.Span.SequenceEqual(target) && read.User == Sanitized(user) && read.Size == size
            && read.Modified == node.Modified && read.ExtendedAttributes![0].Name == Sanitized(attribute) && Encode(read) == json && Encode(TreeNodes.Copy(read)) == json)
            .Label(json);
    }

    [Property(MaxTest = 3000)]
    public bool Mutated_trees_are_read_or_refused_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        var node = new TreeNode
        {
            Name = "q\"\n\xff"u8.ToArray(),
            Type = NodeType.File,
            Content = [new BlobId(Sha256Hash.Parse(new string('a', 64)))],
            User = "ü",
            ExtendedAttributes = [new("user.a", [1, 2])],
            GenericAttributes = new Dictionary<string, ReadOnlyMemory<byte>> { ["windows.a"] = "{\"x\":[1]}"u8.ToArray() },
        };
        byte[] json = Encoding.UTF8.GetBytes(Encode(node));
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            json = Mutate(json, random);
        }

        long start = Stopwatch.GetTimestamp();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _ = TreeReader.Read(json).Count();
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.TreeDamaged)
        {
            // The other allowed outcome.
        }

        return GC.GetAllocatedBytesForCurrentThread() - allocated < 1_000_000 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5);
    }

    private static byte[] Mutate(byte[] json, Random random)
    {
        int at = random.Next(json.Length);
        int length = Math.Min(random.Next(1, 20), json.Length - at);
        ReadOnlySpan<byte> interesting = "\"\\{}[]:,09-u\0\xff"u8;
        byte[] mutated = random.Next(4) switch
        {
            0 => [.. json[..at], .. json[(at + length)..]],
            1 => [.. json[..(at + length)], .. json[at..]],
            2 => json[..at],
            _ => [.. json],
        };
        if (mutated.Length == 0)
        {
            return [(byte)'{'];
        }

        mutated[random.Next(mutated.Length)] = interesting[random.Next(interesting.Length)];
        return mutated;
    }

    private static string Sanitized(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));

    private static TreeNode File(byte[] name) => new() { Name = name, Type = NodeType.File };

    private static string Encode(TreeNode node)
    {
        using var builder = new TreeBuilder();
        builder.Add(node);
        return Encoding.UTF8.GetString(builder.Complete().Span);
    }

    private static TreeNode Decode(string json) => Assert.Single(TreeReader.Read(Encoding.UTF8.GetBytes(json)));
}

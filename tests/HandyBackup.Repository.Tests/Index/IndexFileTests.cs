using System.Text;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Packs;

namespace HandyBackup.Repository.Tests.Index;

public sealed class IndexFileTests
{
    private const string Id = "3ec79977ef0cf5de7b08cd12b874cd0f62bbaf7f07f3497a5b1bbcc8cb39b1ce";

    [Fact]
    public void Written_index_reads_back()
    {
        SavedPack[] packs =
        [
            new(PackOf(1), [new PackedBlob(new BlobKey(TestBlobs.IdOf([1]), BlobType.Data), 0, 38, 0), new PackedBlob(new BlobKey(TestBlobs.IdOf([2]), BlobType.Data), 38, 112, 511)]),
            new(PackOf(2), [new PackedBlob(new BlobKey(TestBlobs.IdOf([1]), BlobType.Tree), 0, 400, 800)]),
        ];

        IndexFileContent content = IndexFileReader.Read(Write(packs), new IndexFileContent());

        Assert.Equal(2, content.PackCount);
        for (int i = 0; i < packs.Length; i++)
        {
            Assert.Equal(packs[i].Blobs, content.GetPack(i, out PackId pack).ToArray());
            Assert.Equal(packs[i].Id, pack);
        }
    }

    [Fact]
    public void Json_is_written_as_restic_does() => Assert.Equal(
        $$"""{"packs":[{"id":"{{PackOf(1)}}","blobs":[{"id":"{{TestBlobs.IdOf([2])}}","type":"tree","offset":38,"length":112,"uncompressed_length":511}]}]}""",
        Encoding.UTF8.GetString(Write([new SavedPack(PackOf(1), [new PackedBlob(new BlobKey(TestBlobs.IdOf([2]), BlobType.Tree), 38, 112, 511)])])));

    [Fact]
    public void Unknown_fields_are_skipped_and_superseded_files_named()
    {
        IndexFileContent content = Read($$"""
            {"future":{"a":[1,{}]},"supersedes":["{{Id}}"],"packs":[{"blobs":[{"type":"data","x":null,"id":"{{Id}}","length":40,"offset":0}],"id":"{{Id}}","y":1}]}
            """);
        Assert.Equal(Id, Assert.Single(content.Supersedes).ToString());
        Assert.Equal(40u, content.GetPack(0, out _)[0].Length);
    }

    [Theory]
    [InlineData("""{"packs":null}""", 0)]
    [InlineData("""{"packs":[]}""", 0)]
    [InlineData($$"""[{"id":"{{Id}}","blobs":[]}]""", 1)]
    [InlineData($$"""{"supersedes":null,"packs":[{"id":"{{Id}}","blobs":null}]}""", 1)]
    public void Sparse_and_old_forms_are_understood(string json, int packCount) => Assert.Equal(packCount, Read(json).PackCount);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("""{"packs":[]""")]
    [InlineData("""{"packs":[]}{}""")]
    [InlineData("""{"packs":{}}""")]
    [InlineData("""{"packs":[{"blobs":[]}]}""")]
    [InlineData("""{"packs":[{"id":"12","blobs":[]}]}""")]
    [InlineData($$"""{"packs":[{"id":"{{Id}}","blobs":[{"id":"{{Id}}","type":"data","offset":0}]}]}""")]
    [InlineData($$"""{"packs":[{"id":"{{Id}}","blobs":[{"id":"{{Id}}","type":"blob","offset":0,"length":40}]}]}""")]
    [InlineData($$"""{"packs":[{"id":"{{Id}}","blobs":[{"id":"{{Id}}","type":"data","offset":-1,"length":40}]}]}""")]
    [InlineData($$"""{"packs":[{"id":"{{Id}}","blobs":[{"id":"{{Id}}","type":"data","offset":0,"length":31}]}]}""")]
    [InlineData($$"""{"packs":[{"id":"{{Id}}","blobs":[{"id":"{{Id}}","type":"data","offset":0,"length":4000000000}]}]}""")]
    [InlineData($$"""{"packs":[{"id":"{{Id}}","blobs":[{"id":"{{Id}}","type":"data","offset":4294967290,"length":40}]}]}""")]
    [InlineData($$"""{"packs":[{"id":"{{Id}}","blobs":[{"id":"{{Id}}","type":"data","offset":0,"length":40,"uncompressed_length":4000000000}]}]}""")]
    public void What_is_no_index_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Fact]
    public void Random_changes_are_refused_or_read_but_never_fail_otherwise()
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"supersedes":["{{Id}}"],"packs":[{"id":"{{Id}}","blobs":[{"id":"{{Id}}","type":"data","offset":0,"length":40,"uncompressed_length":7}]}]}""");
        var random = new Random(1);
        var content = new IndexFileContent();
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] changed = (byte[])json.Clone();
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                IndexFileReader.Read(changed.AsSpan(0, random.Next(2) == 0 ? changed.Length : random.Next(changed.Length)), content);
            }
            catch (JsonException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 10_000, 20_000);
    }

    private static PackId PackOf(byte value) => new(TestBlobs.IdOf([value]).Hash);

    private static byte[] Write(IReadOnlyList<SavedPack> packs)
    {
        using var content = new MemoryStream();
        IndexFileWriter.Write(packs, content);
        return content.ToArray();
    }

    private static IndexFileContent Read(string json) => IndexFileReader.Read(Encoding.UTF8.GetBytes(json), new IndexFileContent());
}

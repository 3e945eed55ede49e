using System.Buffers.Binary;
using HandyBackup.Contracts;

namespace HandyBackup.Repository.Tests.Packs;

public sealed class PackFormatTests
{
    private static readonly PackedBlob[] s_blobs =
    [
        new(new BlobKey(IdOf(1), BlobType.Data), 0, 40, 0),
        new(new BlobKey(IdOf(2), BlobType.Data), 40, 100, 5000),
        new(new BlobKey(IdOf(3), BlobType.Tree), 140, 32, 0),
        new(new BlobKey(IdOf(4), BlobType.Tree), 172, 70, 71),
    ];

    [Fact]
    public void Written_header_reads_back_with_all_four_types_and_offsets()
    {
        byte[] header = WriteHeader();

        Assert.True(PackFormat.TryParseHeader(header, 242 + header.Length + PackFormat.Overhead, out List<PackedBlob> blobs, out string? reason));

        Assert.Null(reason);
        Assert.Equal(s_blobs, blobs);
        Assert.Equal([0, 2, 1, 3], [header[0], header[37], header[37 + 41], header[37 + 41 + 37]]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-300)]
    public void Header_whose_lengths_do_not_fill_the_pack_is_refused(int difference)
    {
        byte[] header = WriteHeader();
        Assert.False(PackFormat.TryParseHeader(header, 242 + header.Length + PackFormat.Overhead + difference, out List<PackedBlob> blobs, out string? reason));
        Assert.Empty(blobs);
        Assert.NotNull(reason);
    }

    [Fact]
    public void Header_that_ends_within_an_entry_is_refused()
    {
        byte[] header = WriteHeader();
        for (int length = 1; length < header.Length; length++)
        {
            Assert.False(PackFormat.TryParseHeader(header.AsSpan(0, length), 242 + length + PackFormat.Overhead, out _, out _));
        }
    }

    [Fact]
    public void Unknown_blob_type_is_refused()
    {
        byte[] header = WriteHeader();
        header[0] = 4;
        Assert.False(PackFormat.TryParseHeader(header, 242 + header.Length + PackFormat.Overhead, out _, out string? reason));
        Assert.Contains("unknown type 4", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_headers_are_refused_or_fill_the_pack()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] header = TestBlobs.RandomContent(random, 200);
            for (int position = 0; position < header.Length; position += 37)
            {
                header[position] &= 3;
            }

            long packSize = random.Next(1000);
            if (PackFormat.TryParseHeader(header, packSize, out List<PackedBlob> blobs, out _))
            {
                Assert.Equal(packSize, blobs.Sum(blob => blob.Length) + header.Length + PackFormat.Overhead);
            }
        }
    }

    [Theory]
    [InlineData(0u, 1000, false)]
    [InlineData(68u, 1000, false)]
    [InlineData(69u, 1000, true)]
    [InlineData(996u, 1000, true)]
    [InlineData(997u, 1000, false)]
    [InlineData(uint.MaxValue, 1000, false)]
    [InlineData(uint.MaxValue, long.MaxValue, false)]
    public void Length_of_the_header_must_fit_the_pack(uint length, long packSize, bool isPossible)
    {
        byte[] trailer = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, length);
        Assert.Equal(isPossible, PackFormat.TryReadHeaderLength(packSize, trailer, out int read));
        Assert.Equal(isPossible ? (int)length : 0, read);
    }

    private static BlobId IdOf(byte value) => TestBlobs.IdOf([value]);

    private static byte[] WriteHeader()
    {
        byte[] header = new byte[1000];
        int length = 0;
        foreach (PackedBlob blob in s_blobs)
        {
            length += PackFormat.WriteEntry(blob, header.AsSpan(length));
        }

        return header[..length];
    }
}

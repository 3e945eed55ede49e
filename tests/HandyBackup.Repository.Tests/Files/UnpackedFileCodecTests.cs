using System.Security.Cryptography;
using System.Text;
using FsCheck.Xunit;
using ZstdNet;

namespace HandyBackup.Repository.Tests.Files;

public sealed class UnpackedFileCodecTests : IDisposable
{
    private const int Most = 100_000;

    private readonly MasterKey _key = MasterKey.Create();
    private readonly UnpackedFileCodec _version1;
    private readonly UnpackedFileCodec _version2;

    public UnpackedFileCodecTests()
    {
        _version1 = new UnpackedFileCodec(_key, 1);
        _version2 = new UnpackedFileCodec(_key, 2);
    }

    public void Dispose() => _key.Dispose();

    [Property]
    public bool Any_content_comes_back(byte[] plain) =>
        _version1.TryDecode(_version1.Encode(plain), Most, out byte[]? first, out _) && first.AsSpan().SequenceEqual(plain) &&
        _version2.TryDecode(_version2.Encode(plain), Most, out byte[]? second, out _) && second.AsSpan().SequenceEqual(plain);

    [Fact]
    public void Version_1_is_plain_and_version_2_is_marked_and_compressed()
    {
        byte[] json = Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', 5000)}\"}}");
        Assert.Equal(json, Open(_version1.Encode(json)));

        byte[] opened = Open(_version2.Encode(json));
        Assert.Equal([2, 0x28, 0xB5, 0x2F, 0xFD], opened[..5].ToArray());
        Assert.InRange(opened.Length, 10, 200);
    }

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("[1]")]
    [InlineData("")]
    public void Version_2_takes_uncompressed_json(string json)
    {
        Assert.True(_version2.TryDecode(UnpackedFileCodec.EncodeConfig(_key, Encoding.UTF8.GetBytes(json)), Most, out byte[]? plain, out _));
        Assert.Equal(json, Encoding.UTF8.GetString(plain));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData('x')]
    public void Unknown_encoding_is_refused_by_its_number(byte mark)
    {
        Assert.False(_version2.TryDecode(UnpackedFileCodec.EncodeConfig(_key, [mark, 0, 0]), Most, out _, out string? fault));
        Assert.Contains($" {mark}", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Frame_without_the_length_of_its_content_is_read()
    {
        // What programs write that compress as a stream, such as rustic.
        byte[] json = Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', 70_000)}\"}}");
        using var frame = new MemoryStream();
        frame.WriteByte(2);
        using (var stream = new CompressionStream(frame))
        {
            stream.Write(json);
        }

        Assert.True(_version2.TryDecode(UnpackedFileCodec.EncodeConfig(_key, frame.ToArray()), Most, out byte[]? plain, out _));
        Assert.Equal(json, plain);
    }

    [Fact]
    public void Content_beyond_the_limit_is_refused_before_it_is_held()
    {
        byte[] bomb = _version2.Encode(new byte[50_000_000]);
        Assert.InRange(bomb.Length, 1, 10_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(_version2.TryDecode(bomb, Most, out byte[]? plain, out string? fault));
        Assert.Null(plain);
        Assert.Contains("100000", fault, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void Content_of_just_the_limit_is_read()
    {
        Assert.True(_version2.TryDecode(_version2.Encode(new byte[Most]), Most, out byte[]? plain, out _));
        Assert.Equal(Most, plain.Length);
    }

    [Fact]
    public void Any_flipped_bit_and_any_truncation_is_noticed()
    {
        byte[] stored = _version2.Encode("{\"a\":1}"u8);
        for (int bit = 0; bit < stored.Length * 8; bit++)
        {
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(_version2.TryDecode(stored, Most, out _, out _), $"bit {bit}");
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < stored.Length; length++)
        {
            Assert.False(_version2.TryDecode(stored.AsSpan(0, length), Most, out _, out _), $"length {length}");
        }
    }

    [Fact]
    public void Broken_frame_is_refused()
    {
        byte[] frame = Open(_version2.Encode(RandomNumberGenerator.GetBytes(1000)));
        Assert.False(_version2.TryDecode(UnpackedFileCodec.EncodeConfig(_key, frame.AsSpan(0, 500)), Most, out _, out string? cut));
        Assert.Contains("decompressed", cut, StringComparison.Ordinal);
        Assert.False(_version2.TryDecode(UnpackedFileCodec.EncodeConfig(_key, [2, 1, 2, 3, 4, 5, 6, 7, 8]), Most, out _, out string? noFrame));
        Assert.Contains("decompressed", noFrame, StringComparison.Ordinal);
    }

    private byte[] Open(byte[] stored) => UnpackedFileCodec.TryDecodeConfig(_key, stored, out byte[]? plain) ? plain : throw new InvalidDataException();
}

namespace HandyBackup.Repository.Tests.Parity;

public sealed class ReedSolomonTests
{
    public static TheoryData<string> Paths => [.. Enum.GetNames<GaloisPath>()];

    [Fact]
    public void Field_has_inverses_and_distributes()
    {
        for (int a = 1; a < GaloisField.Size; a++)
        {
            Assert.Equal(1, GaloisField.Multiply((byte)a, GaloisField.Invert((byte)a)));
            Assert.Equal(GaloisField.Multiply((byte)a, 0x53 ^ 0x0F), GaloisField.Multiply((byte)a, 0x53) ^ GaloisField.Multiply((byte)a, 0x0F));
        }

        // FIPS 197, section 4.2, has the same field and this example.
        Assert.Equal(0xC1, GaloisField.Multiply(0x57, 0x83));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_multiplies_as_the_field_does(string name)
    {
        GaloisPath path = SupportedOrSkip(name);
        var random = new Random(1);
        foreach (int length in (int[])[0, 1, 15, 16, 31, 33, 64, 127, 1000, 4099])
        {
            byte[] source = new byte[length];
            random.NextBytes(source);
            byte[] destination = new byte[length];
            random.NextBytes(destination);
            for (int element = 0; element < GaloisField.Size; element++)
            {
                byte[] expected = [.. destination.Select((b, i) => (byte)(b ^ GaloisField.Multiply((byte)element, source[i])))];
                byte[] actual = [.. destination];
                GaloisVectors.MultiplyAdd(path, (byte)element, source, actual);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_path_encodes_as_the_scalar_one(string name)
    {
        GaloisPath path = SupportedOrSkip(name);
        byte[] data = RandomBytes(2, (20 * 1000) - 77);
        byte[] expected = new byte[5 * 1000];
        byte[] actual = RandomBytes(3, 5 * 1000);
        new ReedSolomon(20, 5, GaloisPath.Scalar).Encode(data, 1000, expected);
        new ReedSolomon(20, 5, path).Encode(data, 1000, actual);
        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData(1, 1, 10)]
    [InlineData(1, 3, 1)]
    [InlineData(17, 2, 4096)]
    [InlineData(247, 8, 128)]
    [InlineData(170, 85, 64)]
    [InlineData(128, 127, 33)]
    public void As_many_lost_shards_come_back_as_there_is_parity(int dataCount, int parityCount, int shardSize)
    {
        var random = new Random(dataCount);
        var code = new ReedSolomon(dataCount, parityCount);
        byte[] data = RandomBytes(dataCount, dataCount * shardSize);
        byte[] parity = new byte[parityCount * shardSize];
        code.Encode(data, shardSize, parity);
        for (int round = 0; round < 10; round++)
        {
            bool[] lost = new bool[dataCount + parityCount];
            int[] order = [.. Enumerable.Range(0, lost.Length)];
            random.Shuffle(order);
            byte[] damagedData = [.. data];
            byte[] damagedParity = [.. parity];
            foreach (int shard in order.Take(parityCount))
            {
                lost[shard] = true;
                Span<byte> bytes = shard < dataCount
                    ? damagedData.AsSpan(shard * shardSize, shardSize)
                    : damagedParity.AsSpan((shard - dataCount) * shardSize, shardSize);
                random.NextBytes(bytes);
            }

            Assert.True(code.TryReconstruct(damagedData, damagedParity, shardSize, lost));
            Assert.Equal(data, damagedData);
        }
    }

    [Fact]
    public void One_lost_shard_more_than_there_is_parity_is_refused()
    {
        var code = new ReedSolomon(10, 2);
        byte[] data = RandomBytes(1, 100);
        byte[] parity = new byte[20];
        code.Encode(data, 10, parity);
        bool[] lost = new bool[12];
        lost[0] = lost[4] = lost[11] = true;
        Assert.False(code.TryReconstruct(data, parity, 10, lost));
    }

    [Fact]
    public void Parity_of_one_shard_is_its_copy()
    {
        byte[] data = RandomBytes(1, 100);
        byte[] parity = new byte[100];
        new ReedSolomon(1, 1).Encode(data, 100, parity);
        Assert.Equal(data, parity);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(200, 56)]
    public void Impossible_counts_are_refused(int dataCount, int parityCount) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReedSolomon(dataCount, parityCount));

    private static GaloisPath SupportedOrSkip(string name)
    {
        GaloisPath path = Enum.Parse<GaloisPath>(name);
        if (!GaloisVectors.IsSupported(path))
        {
            Assert.Skip($"This processor has no {name}.");
        }

        return path;
    }

    private static byte[] RandomBytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository.Tests.Parity;

public sealed class ParitySidecarTests
{
    [Theory]
    [InlineData(0, 3, true)]
    [InlineData(1, 3, false)]
    [InlineData(500, 3, true)]
    [InlineData(65_536, 3, false)]
    [InlineData(65_537, 1, false)]
    [InlineData(300_001, 3, false)]
    [InlineData(17_000_000, 3, false)]
    [InlineData(2_000_003, 50, false)]
    [InlineData(2_000_000, 3, true)]
    public void Damage_of_one_place_heals_and_parity_is_as_much_as_was_asked_for(int size, int percent, bool isCopied)
    {
        var random = new Random(size);
        byte[] content = RandomBytes(random, size);
        byte[] stored = Encode(content, percent, isCopied);
        bool isCopy = isCopied || size <= 65_536;
        Assert.InRange(stored.Length, size * (isCopy ? 1.0 : percent / 100.0), (size * (isCopy ? 1.0 : percent / 100.0 * 1.1)) + 12_000);
        using ParitySidecar sidecar = ParitySidecar.TryDecode(stored)!;
        Assert.True(sidecar.IsSound);
        for (int i = 0; i < 5; i++)
        {
            byte[] damaged = [.. content];
            int start = size == 0 ? 0 : random.Next(size);
            random.NextBytes(damaged.AsSpan(start, Math.Min(4096, size - start)));
            Assert.Equal(content, Heal(sidecar, damaged));
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(60_000)]
    public void Copy_heals_a_file_that_is_gone(int size)
    {
        byte[] content = RandomBytes(new Random(1), size);
        using ParitySidecar sidecar = ParitySidecar.TryDecode(Encode(content, 3, false))!;
        Assert.Equal(content, Heal(sidecar, []));
        Assert.Equal(content, Heal(sidecar, content[..(size / 2)]));
        Assert.Equal(content, Heal(sidecar, [.. content, 1, 2, 3]));
    }

    [Fact]
    public void Any_single_damage_of_the_sidecar_is_noticed_and_its_file_still_heals()
    {
        var random = new Random(7);
        byte[] content = RandomBytes(random, 200_000);
        byte[] stored = Encode(content, 3, false);
        for (int i = 0; i < 300; i++)
        {
            // Every bit of both headers matters as much as the parity, which is far longer.
            int position = i % 3 == 0 ? random.Next(200) : i % 3 == 1 ? stored.Length - 1 - random.Next(200) : random.Next(stored.Length);
            byte[] altered = [.. stored];
            altered[position] ^= (byte)(1 << (i % 8));
            using ParitySidecar? sidecar = ParitySidecar.TryDecode(altered);
            Assert.NotNull(sidecar);
            Assert.False(sidecar.IsSound, $"Bit {i % 8} of byte {position}");
            byte[] damaged = [.. content];
            damaged[random.Next(damaged.Length)] ^= 1;
            Assert.Equal(content, Heal(sidecar, damaged));
        }
    }

    [Fact]
    public void Cut_off_sidecar_is_noticed_and_never_fails_in_another_way()
    {
        byte[] content = RandomBytes(new Random(7), 100_000);
        byte[] stored = Encode(content, 10, false);
        for (int length = 0; length < stored.Length; length += 37)
        {
            using ParitySidecar? sidecar = ParitySidecar.TryDecode(stored.AsSpan(0, length));
            Assert.True(sidecar is not { IsSound: true });
            using ParitySidecar? end = ParitySidecar.TryDecode(stored.AsSpan(length + 1));
            Assert.True(end is not { IsSound: true });
        }
    }

    [Fact]
    public void Too_much_damage_is_not_healed()
    {
        byte[] content = RandomBytes(new Random(7), 1_000_000);
        using ParitySidecar sidecar = ParitySidecar.TryDecode(Encode(content, 3, false))!;
        byte[] damaged = [.. content];
        damaged.AsSpan(0, 200_000).Clear();
        Assert.Null(Heal(sidecar, damaged));
    }

    [Theory]
    [InlineData(StoreFileKind.Pack, 'p')]
    [InlineData(StoreFileKind.Index, 'i')]
    [InlineData(StoreFileKind.Snapshot, 's')]
    [InlineData(StoreFileKind.Key, 'k')]
    [InlineData(StoreFileKind.Config, 'c')]
    public void Name_leads_to_the_file_and_back(StoreFileKind kind, char letter)
    {
        StoreFile file = kind == StoreFileKind.Config ? StoreFile.Config : new StoreFile(kind, new string('a', 64));
        StoreFile sidecar = ParityName.Of(file);
        Assert.Equal(letter, sidecar.Name[0]);
        Assert.True(ParityName.TryParse(sidecar.Name, out StoreFile found));
        Assert.Equal(file, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p-abc")]
    [InlineData("x-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("c-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Other_names_are_refused(string name) => Assert.False(ParityName.TryParse(name, out _));

    private static byte[] Encode(byte[] content, int percent, bool isCopied)
    {
        using ParitySidecar sidecar = ParitySidecar.Create(content, new Sha256Hash(SHA256.HashData(content)), percent, isCopied);
        return [.. sidecar.Encode().SelectMany(part => part.ToArray())];
    }

    private static byte[]? Heal(ParitySidecar sidecar, byte[] damaged)
    {
        ParityLayout layout = sidecar.Header.Layout;
        byte[] buffer = new byte[layout.PaddedSize];
        int length = (int)Math.Min(damaged.Length, layout.FileSize);
        damaged.AsSpan(0, length).CopyTo(buffer);
        return sidecar.TryHeal(buffer, length) ? buffer[..(int)layout.FileSize] : null;
    }

    private static byte[] RandomBytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Server.Core.Tests;

/// <summary>The file itself: what was written comes back, and nothing else ever does.</summary>
public sealed class ServerBackupFileTests : IDisposable
{
    private static readonly PasswordCost s_cost = new(1, 8192);
    private static readonly Secret s_password = new() { Value = "a password, with an ü" };
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(SecretSealer.KeySize);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    public async Task What_was_written_comes_back(int catalogSize)
    {
        byte[] catalog = RandomNumberGenerator.GetBytes(catalogSize);

        string file = await WriteAsync(catalog);
        (ServerBackupManifest manifest, byte[] key) = await ReadAsync(file);

        Assert.Equal(Manifest with { StartOptions = manifest.StartOptions }, manifest);
        Assert.Equal(Manifest.StartOptions, manifest.StartOptions);
        Assert.Equal(s_key, key);
        Assert.Equal(catalog, await File.ReadAllBytesAsync(Unpacked, Token));
    }

    [Fact]
    public async Task Nothing_of_it_can_be_read_without_the_password()
    {
        byte[] file = await File.ReadAllBytesAsync(await WriteAsync(s_key), Token);

        Assert.Equal(-1, file.AsSpan().IndexOf(s_key));
        Assert.Equal(-1, file.AsSpan().IndexOf("HOST"u8));
        await FailsAsync(ErrorCode.WrongPassword, await WriteAsync(s_key), new Secret { Value = "another password" });
    }

    [Fact]
    public async Task Every_altered_byte_is_found()
    {
        byte[] valid = await File.ReadAllBytesAsync(await WriteAsync(RandomNumberGenerator.GetBytes(300)), Token);
        for (int i = 0; i < valid.Length; i++)
        {
            byte[] altered = [.. valid];
            altered[i] ^= (byte)(1 << (i % 8));
            HandyBackupException error = await RefusedAsync(altered);
            ErrorCode expected = i switch
            {
                < 8 => ErrorCode.NotAServerBackup,
                // Of the version: what becomes zero is none, and all else is a later one.
                > 8 and < 12 => ErrorCode.ServerBackupNewer,
                _ => ErrorCode.ServerBackupDamaged,
            };
            Assert.True(error.Code == expected, $"Byte {i}: {error}");
        }
    }

    [Fact]
    public async Task Every_truncation_is_found()
    {
        byte[] valid = await File.ReadAllBytesAsync(await WriteAsync(RandomNumberGenerator.GetBytes(300)), Token);
        for (int length = 0; length < valid.Length; length++)
        {
            HandyBackupException error = await RefusedAsync(valid[..length]);
            Assert.True(error.Code == (length < 12 ? ErrorCode.NotAServerBackup : ErrorCode.ServerBackupDamaged), $"{length} bytes: {error}");
        }
    }

    [Fact]
    public async Task Chunks_that_were_moved_repeated_left_out_or_added_are_found()
    {
        const int Chunk = SecretStream.ChunkSize + SecretStream.Overhead;
        byte[] valid = await File.ReadAllBytesAsync(await WriteAsync(RandomNumberGenerator.GetBytes(300_000)), Token);
        byte[] header = valid[..ServerBackupHeader.Size];
        byte[][] chunks = [.. valid[ServerBackupHeader.Size..].Chunk(Chunk)];
        Assert.True(chunks.Length > 4);
        int[][] orders = [[1, 0, 2, 3, 4], [0, 2, 1, 3, 4], [0, 0, 1, 2, 3, 4], [0, 1, 1, 2, 3, 4], [0, 2, 3, 4], [1, 2, 3, 4], [0, 1, 2, 3], [0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 4, 0]];
        foreach (int[] order in orders)
        {
            HandyBackupException error = await RefusedAsync([.. header, .. order.SelectMany(number => chunks[number])]);
            Assert.True(error.Code == ErrorCode.ServerBackupDamaged, $"{string.Join(' ', order)}: {error}");
        }
    }

    [Fact]
    public async Task Chunks_of_another_backup_with_the_same_password_do_not_fit()
    {
        byte[] one = await File.ReadAllBytesAsync(await WriteAsync(s_key), Token);
        byte[] other = await File.ReadAllBytesAsync(await WriteAsync(s_key), Token);

        HandyBackupException error = await RefusedAsync([.. one[..ServerBackupHeader.Size], .. other[ServerBackupHeader.Size..]]);

        Assert.Equal(ErrorCode.ServerBackupDamaged, error.Code);
    }

    [Theory]
    [InlineData(1, 1 << 21)]
    [InlineData(1, uint.MaxValue)]
    [InlineData(1, 7)]
    [InlineData(0, 8)]
    [InlineData(17, 8)]
    [InlineData(uint.MaxValue, 8)]
    public async Task Header_that_asks_for_too_much_or_nothing_is_refused_before_memory_is_taken(uint passes, uint memory)
    {
        byte[] file = await File.ReadAllBytesAsync(await WriteAsync(s_key), Token);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(12), passes);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(16), memory);
        SHA256.HashData(file.AsSpan(0, 92), file.AsSpan(92));

        HandyBackupException error = await RefusedAsync(file);

        Assert.Equal(ErrorCode.ServerBackupDamaged, error.Code);
        Assert.Contains($"{passes} passes over {memory} KiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_not_there_is_the_users_mistake()
    {
        await FailsAsync(ErrorCode.InvalidArgument, _folder.Combine("none"), s_password);
        await FailsAsync(ErrorCode.InvalidArgument, _folder.Path, s_password);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ServerBackupManifest Manifest { get; } = new()
    {
        Made = new DateTimeOffset(2026, 11, 23, 20, 30, 0, TimeSpan.Zero),
        HostName = "HOST",
        Version = "0.1.0",
        DataPath = "/hb",
        StartOptions = ["--listen", "*"],
        Repositories = 1,
        Tasks = 2,
        Agents = 3,
        Users = 4,
        Fingerprint = "ab",
    };

    private string Unpacked => _folder.Combine("unpacked");

    private async Task<string> WriteAsync(byte[] catalog)
    {
        string source = _folder.Combine(Guid.NewGuid().ToString());
        await File.WriteAllBytesAsync(source, catalog, Token);
        string file = source + ".hbserver";
        await using FileStream output = File.Create(file);
        await ServerBackupFile.WriteAsync(output, s_password, s_cost, Manifest, s_key, source, Token);
        return file;
    }

    private Task<(ServerBackupManifest Manifest, byte[] Key)> ReadAsync(string file, Secret? password = null)
    {
        File.Delete(Unpacked);
        return ServerBackupFile.ReadAsync(file, password ?? s_password, Unpacked, Token);
    }

    private async Task<HandyBackupException> RefusedAsync(byte[] content)
    {
        string file = _folder.Combine("altered");
        await File.WriteAllBytesAsync(file, content, Token);
        return await Assert.ThrowsAsync<HandyBackupException>(() => ReadAsync(file));
    }

    private async Task FailsAsync(ErrorCode code, string file, Secret password)
    {
        HandyBackupException error = await Assert.ThrowsAsync<HandyBackupException>(() => ReadAsync(file, password));
        Assert.Equal((code, file), (error.Code, error.Target));
    }
}

using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Network;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Network;

public sealed class KnownServersTests : IDisposable
{
    private static readonly ServerAddress s_address = new("backup.example.org");

    private readonly TempFolder _folder = new();

    private string File => _folder.Combine("settings/handybackup/known-servers");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Server_that_was_remembered_is_known_by_its_address_and_port()
    {
        var servers = new KnownServers(File);
        Assert.Null(servers.Find(s_address));

        await servers.RememberAsync(s_address, Fingerprint(1), TestTimeout.Token);
        await servers.RememberAsync(new ServerAddress("2001:db8::7", 1), Fingerprint(2), TestTimeout.Token);

        Assert.Equal(Fingerprint(1), new KnownServers(File).Find(new ServerAddress("BACKUP.example.org")));
        Assert.Equal(Fingerprint(2), servers.Find(new ServerAddress("2001:db8::7", 1)));
        Assert.Null(servers.Find(new ServerAddress("backup.example.org", 1)));
        Assert.Null(servers.Find(new ServerAddress("example.org")));
    }

    [Fact]
    public async Task Another_fingerprint_replaces_the_one_of_the_address()
    {
        var servers = new KnownServers(File);
        await servers.RememberAsync(s_address, Fingerprint(1), TestTimeout.Token);

        await servers.RememberAsync(s_address, Fingerprint(2), TestTimeout.Token);

        Assert.Equal(Fingerprint(2), servers.Find(s_address));
        Assert.Equal([$"{s_address} {Fingerprint(2)}"], await System.IO.File.ReadAllLinesAsync(File, TestTimeout.Token));
    }

    [Fact]
    public async Task Many_at_once_lose_nothing_and_readers_see_whole_files()
    {
        using var written = new CancellationTokenSource();
        Task<int> reading = Task.Run(() =>
        {
            int seen = 0;
            while (!written.IsCancellationRequested)
            {
                seen = Math.Max(seen, Enumerable.Range(1, 40).Count(i => new KnownServers(File).Find(new ServerAddress("host", i)) == Fingerprint(i)));
            }

            return seen;
        });

        await Task.WhenAll(Enumerable.Range(1, 40).Select(i => Task.Run(() => new KnownServers(File).RememberAsync(new ServerAddress("host", i), Fingerprint(i), TestTimeout.Token))));
        await written.CancelAsync();

        Assert.InRange(await reading, 0, 40);
        Assert.All(Enumerable.Range(1, 40), i => Assert.Equal(Fingerprint(i), new KnownServers(File).Find(new ServerAddress("host", i))));
    }

    [Fact]
    public async Task File_and_folder_are_their_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has access lists in place of modes.");
            return;
        }

        await new KnownServers(File).RememberAsync(s_address, Fingerprint(1), TestTimeout.Token);

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner, System.IO.File.GetUnixFileMode(File));
        Assert.Equal(owner | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!));
    }

    [Theory]
    [InlineData("backup.example.org:10680")]
    [InlineData("backup.example.org:10680 0123")]
    [InlineData("backup.example.org:10680 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa more")]
    [InlineData("a:1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nA:1 bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    public async Task Damaged_file_is_named_and_left_alone(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, content, TestTimeout.Token);
        var servers = new KnownServers(File);

        HandyBackupException reading = Assert.Throws<HandyBackupException>(() => servers.Find(s_address));
        HandyBackupException writing = await Assert.ThrowsAsync<HandyBackupException>(() => servers.RememberAsync(s_address, Fingerprint(1), TestTimeout.Token));

        Assert.All([reading, writing], exception => Assert.Equal((ErrorCode.KnownServersUnusable, File), (exception.Code, exception.Target)));
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(File, TestTimeout.Token));
    }

    [Fact]
    public async Task File_that_is_too_large_is_not_read()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllBytesAsync(File, new byte[(1024 * 1024) + 1], TestTimeout.Token);

        Assert.Equal(ErrorCode.KnownServersUnusable, Assert.Throws<HandyBackupException>(() => new KnownServers(File).Find(s_address)).Code);
    }

    [Fact]
    public async Task Place_that_cannot_be_made_is_named()
    {
        await System.IO.File.WriteAllTextAsync(_folder.Combine("settings"), "a file", TestTimeout.Token);

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => new KnownServers(File).RememberAsync(s_address, Fingerprint(1), TestTimeout.Token));

        Assert.Equal((ErrorCode.KnownServersUnusable, File), (exception.Code, exception.Target));
    }

    private static Sha256Hash Fingerprint(int number) => new(SHA256.HashData([(byte)number]));
}

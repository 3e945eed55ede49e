using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests;

/// <summary>Makes repositories whose password costs nothing to try.</summary>
internal static class TestRepository
{
    public const string Password = "correct horse — Größe";

    public static RepositoryCreation Creation { get; } = new() { UserName = "tester", HostName = "testhost", ScryptCost = new ScryptCost(16, 1, 1) };

    public static Task<OpenRepository> CreateAsync(IStore store, int version = 2, TimeProvider? time = null) =>
        OpenRepository.CreateAsync(store, Password, Creation with { FormatVersion = version }, time ?? TimeProvider.System, TestContext.Current.CancellationToken);

    public static Task<OpenRepository> OpenAsync(IStore store, string password = Password) =>
        OpenRepository.OpenAsync(store, password, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Lets restic make a repository, and puts a key that costs nothing in the place of restic's, which costs each program half a second.</summary>
    public static async Task InitByResticAsync(ResticProgram restic, IStore store, int version)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        (await restic.InitAsync(version, token)).Succeeded();
        await using OpenRepository repository = await OpenAsync(store);
        repository.Keys.NewKeyCost = Creation.ScryptCost;
        await repository.Keys.ChangePasswordAsync(Password, Creation.UserName, Creation.HostName, token);
    }

    public static async Task<HandyBackupException> AssertFailsAsync(ErrorCode code, Func<Task> action)
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(action);
        Assert.Equal(code, exception.Code);
        Assert.False(string.IsNullOrEmpty(exception.Target));
        Assert.False(string.IsNullOrEmpty(exception.Advice));
        return exception;
    }

    public static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (T item in items)
        {
            list.Add(item);
        }

        return list;
    }
}

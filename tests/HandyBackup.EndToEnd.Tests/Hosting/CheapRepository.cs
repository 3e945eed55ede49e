using HandyBackup.Repository;
using HandyBackup.Stores;

namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>
/// Repositories whose password costs nothing to try. A calibrated one costs half a second of a core for each program that opens it, ours and restic's alike: in
/// these tests that was more than all the rest. Keys as the product and as restic make them are opened in the tests that call <c>New-HBRepository</c>, and in those of the
/// repository itself.
/// </summary>
internal static class CheapRepository
{
    private static readonly ScryptCost s_cost = new(16, 1, 1);

    /// <summary>Makes an empty repository in a folder that is empty or not there.</summary>
    public static async Task CreateAsync(string folder, int formatVersion)
    {
        await using var store = new LocalStore(folder, TimeProvider.System);
        var creation = new RepositoryCreation { FormatVersion = formatVersion, ScryptCost = s_cost, UserName = "tester", HostName = "testhost" };
        await using OpenRepository repository = await OpenRepository.CreateAsync(store, ProductSession.Password, creation, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Puts a cheap key in the place of the one that restic made.</summary>
    public static async Task ReplaceKeyAsync(string folder)
    {
        await using var store = new LocalStore(folder, TimeProvider.System);
        await using OpenRepository repository = await OpenRepository.OpenAsync(store, ProductSession.Password, TimeProvider.System, TestContext.Current.CancellationToken);
        repository.Keys.NewKeyCost = s_cost;
        await repository.Keys.ChangePasswordAsync(ProductSession.Password, "tester", "testhost", TestContext.Current.CancellationToken);
    }
}

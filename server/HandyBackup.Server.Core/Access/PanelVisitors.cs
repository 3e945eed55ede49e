using System.Collections.Concurrent;

namespace HandyBackup.Server.Core;

/// <summary>The connections of accounts, so that whoever loses an account loses its connections. Safe to share between threads.</summary>
internal sealed class PanelVisitors
{
    private readonly ConcurrentDictionary<PanelVisitor, AccountReference> _accounts = new();

    /// <summary>Notes that a connection is an account's.</summary>
    public void Add(PanelVisitor visitor, AccountReference account) => _accounts[visitor] = account;

    /// <summary>Forgets a connection.</summary>
    public void Remove(PanelVisitor visitor) => _accounts.TryRemove(visitor, out _);

    /// <summary>Ends the connections of an account.</summary>
    /// <param name="account">The account.</param>
    /// <param name="except">One that stays; null for none.</param>
    public void End(AccountReference account, PanelVisitor? except = null)
    {
        foreach ((PanelVisitor visitor, AccountReference used) in _accounts)
        {
            if (used == account && visitor != except)
            {
                visitor.End();
            }
        }
    }
}

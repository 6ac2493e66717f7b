namespace AmlVnet.Simulator.Kernel;

/// <summary>
/// Everything that exists, by id. Remembers what changed since it was last written down, and how it was when it was last settled, so that a
/// refused request leaves no trace.
/// </summary>
internal sealed class World
{
    private readonly Dictionary<string, Resource> _byId = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SortedSet<string>> _byType = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Dictionary<Delegate, object>> _derived = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Resource> _settled = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _recent = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _changed = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _byId.Count;

    public bool HasChanges => _changed.Count > 0 || _recent.Count > 0;

    public Resource? Find(string? id)
    {
        if (id is null || !_byId.TryGetValue(id, out var resource))
            return null;
        _seen.Add(resource.Id);
        return resource;
    }

    public Resource? Find(string? id, string type) => Find(id) is { } found && found.Type.Same(type) ? found : null;

    public IEnumerable<Resource> OfType(string type, string? under = null)
    {
        if (!_byType.TryGetValue(type, out var ids))
            return [];
        // In the order of the ids, what begins with "under/" stands before "under0": a large world is not gone through.
        var wanted = under is null ? ids
            : ids.GetViewBetween(under + "/", under + "0").Where(id => id.StartsWith(under + "/", StringComparison.OrdinalIgnoreCase));
        return wanted.Select(id => _byId[id]);
    }

    /// <summary>What is made of all resources of a type, such as an index of them; kept until one is saved or goes.</summary>
    /// <param name="type">The type.</param>
    /// <param name="make">Makes it, of nothing else: a static function, which is also what it is known by.</param>
    public T Derived<T>(string type, Func<IEnumerable<Resource>, T> make)
        where T : class
    {
        if (!_derived.TryGetValue(type, out var known))
            _derived[type] = known = [];
        if (!known.TryGetValue(make, out var value))
            known[make] = value = make(OfType(type));
        return (T)value;
    }

    public IEnumerable<Resource> Under(string id) => _byId.Values.Where(r => r.Id.StartsWith(id + "/", StringComparison.OrdinalIgnoreCase));

    public Resource Save(Resource resource)
    {
        Place(resource);
        _recent.Add(resource.Id);
        return resource;
    }

    public void Remove(string id)
    {
        if (Displace(id))
            _recent.Add(id);
    }

    public void Clear()
    {
        _byId.Clear();
        _byType.Clear();
        _derived.Clear();
        _settled.Clear();
        _seen.Clear();
        _recent.Clear();
        _changed.Clear();
    }

    /// <summary>Keeps what was changed up to now, whatever comes after it.</summary>
    public void Settle()
    {
        foreach (var id in _recent)
        {
            if (_byId.TryGetValue(id, out var resource))
                _settled[id] = resource.Clone();
            else
                _settled.Remove(id);
        }
        _changed.UnionWith(_recent);
        _recent.Clear();
        _seen.Clear();
    }

    /// <summary>Goes back to where <see cref="Settle"/> was last called, also with what was found and changed without being
    /// saved.</summary>
    public void Undo()
    {
        foreach (var id in _recent.Union(_seen))
        {
            Displace(id);
            if (_settled.TryGetValue(id, out var resource))
                Place(resource.Clone());
        }
        _recent.Clear();
        _seen.Clear();
    }

    /// <summary>Removes everything, as a change.</summary>
    public void Empty()
    {
        foreach (var id in _byId.Keys.ToList())
            Remove(id);
    }

    /// <summary>What changed since the last call: id to document, or null where it is gone.</summary>
    public JsonObject TakeChanges()
    {
        Settle();
        var changes = new JsonObject();
        foreach (var id in _changed)
            changes[id] = _byId.TryGetValue(id, out var resource) ? resource.ToRecord() : null;
        _changed.Clear();
        return changes;
    }

    public JsonObject Snapshot()
    {
        var all = new JsonObject();
        foreach (var (id, resource) in _byId)
            all[id] = resource.ToRecord();
        return all;
    }

    public void Apply(JsonObject changes)
    {
        foreach (var (id, record) in changes)
        {
            Displace(id);
            _settled.Remove(id);
            if (record is not JsonObject document)
                continue;
            var resource = Resource.FromRecord(document);
            Place(resource);
            _settled[id] = resource.Clone();
        }
    }

    private bool Displace(string id)
    {
        if (!_byId.Remove(id, out var resource))
            return false;
        Unlist(resource);
        return true;
    }

    private void Place(Resource resource)
    {
        if (_byId.TryGetValue(resource.Id, out var old) && !old.Type.Same(resource.Type))
            Unlist(old);
        _byId[resource.Id] = resource;
        if (!_byType.TryGetValue(resource.Type, out var list))
            _byType[resource.Type] = list = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        list.Add(resource.Id);
        _derived.Remove(resource.Type);
    }

    private void Unlist(Resource resource)
    {
        _byType[resource.Type].Remove(resource.Id);
        _derived.Remove(resource.Type);
    }
}
